"""What analysts see in Kibana: data views, saved searches, dashboards, alerting rules.

`lens` says what a panel is, `desk` which panels, searches and data views there are, `build` makes `counterclaim.ndjson`
of them (`python -m schemas.kibana.build`). `rules/*.json` are alerting rules as Kibana's API takes them."""
