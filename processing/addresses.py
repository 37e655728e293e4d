"""One page, one address: what campaigns, feeds and sloppy links add to an address is taken off.

courlan's `normalize_url` is not used: it drops parameters with an empty value and such as `cid`, sorts the others and
writes `+` anew, so that the address that is asked would be another one than the outlet wrote."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit, urlunsplit

__all__ = ["plain_address"]

# Parameters that name where a reader came from. Names from the lists of AdGuard and ClearURLs, without those that name
# articles somewhere (`id`, `cid`, `p`, `page`, `story`, `article`).
_TRACKING = re.compile(
    r"(?:utm|itm|mtm|pk|piwik|matomo|hsa|vero|oly|mkt|ml|stm|wt|at|ns|_hs|ga|gaa|ss|ig|trk|cmp|fb|tw)_\w{1,40}"
    r"|[a-z]{0,6}clid|_ga|_gl|_openstat|igshid|igsh|mc_[ce]id|mkwid|msclkid|yclid|wickedid|gbraid|wbraid|srsltid"
    r"|cmp|cmpid|campaign|campaign_?id|campaign_?source|camp|s_cid|s_kwcid|icid|icmp|intcid|int_cmp|intcmp|ocid|ncid|ito|ftag|xtor|dcmp|efid|"
    r"ref|refs|ref_?src|ref_?url|referer|referrer|from|src|source|sourceid|source_?medium|traffic_?source|medium|partner|partnerid|aff|affiliate|"
    r"smid|smtyp|smprod|sr_share|share|shared|shareid|share_?id|sharetype|socialshare|spm|scm|taid|sh|guccounter|guce_\w{1,20}|"
    r"outputtype|ns_mchannel|ns_source|emci|emdi|ceid|esid|elqtrack\w{0,10}|cx_\w{1,40}|rb_clickid|mbid|bxid|cndid|hashed_?user|"
    r"_hsenc|_hsmi|__s|__twitter_impression|fb_action_ids|ssm|tpcc|trkid|trackid|tracking|tracking_?id|sfmc_\w{1,20}|giftcopy|unlocked_article_code|accesstoken",
    re.IGNORECASE,
)
_WORDS = {"ref", "source", "src", "from", "share"}  # words that a script may have for the number of an article
_SCRIPT = re.compile(r"\.(?:php|aspx?|jsp|cgi|do|cfm|pl)$", re.IGNORECASE)
_DEFAULT_PORT = {"http": ":80", "https": ":443"}


@lru_cache(maxsize=10_000)
def _is_tracking(name: str) -> bool:
    return _TRACKING.fullmatch(name) is not None


def plain_address(url: str) -> str:
    """The address without fragment, default port, doubled slashes in the path and what campaigns add; host in lower
    case. What is left is written as it was. Raises ValueError where it is no address."""
    parts = urlsplit(url.strip())
    scheme, host = parts.scheme.lower(), parts.netloc.lower()
    _ = parts.port  # raises where it is no number
    if port := _DEFAULT_PORT.get(scheme):
        host = host.removesuffix(port)
    pairs = [p for p in parts.query.split("&") if p]
    kept = [p for p in pairs if not _is_tracking(p.partition("=")[0])]
    if pairs and not kept and _SCRIPT.search(parts.path):  # "story.php?ref=4711": all that names the page
        kept = [p for p in pairs if p.partition("=")[0].lower() in _WORDS]
    query = "&".join(kept)
    path = parts.path if ":/" in parts.path else re.sub(r"/{2,}", "/", parts.path)  # an archive's path holds an address
    return urlunsplit((scheme, host, path or "/", query, ""))
