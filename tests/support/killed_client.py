"""A run on Elasticsearch in a process of its own, for being killed: it writes `<` when a bulk goes off and `>` when its answer is there, so
that whoever kills it knows whether it was within one. `python -m tests.support.killed_client ADDRESS`."""

from __future__ import annotations

import os
import sys
from typing import Any

from elastic_transport import Urllib3HttpNode

from processing.store.elastic import ElasticStore
from tests.support.small_pipeline import go_on, nothing


def main(address: str) -> None:
    perform = Urllib3HttpNode.perform_request

    def told(node: Urllib3HttpNode, method: str, target: str, *rest: Any, **named: Any) -> Any:
        if "_bulk" not in target:
            return perform(node, method, target, *rest, **named)
        os.write(1, b"<")
        answer = perform(node, method, target, *rest, **named)
        os.write(1, b">")
        return answer

    Urllib3HttpNode.perform_request = told  # type: ignore[method-assign]
    store = ElasticStore(address)
    os.write(1, b"begins")
    go_on(store, nothing)
    store.close()
    os.write(1, b"ends")


if __name__ == "__main__":
    main(sys.argv[1])
