"""The crawl process: `python -m spiders.crawl PLAN` reads a plan, fetches its outlets, writes the archive and the
spool.

Each outlet has a Scrapy crawler of its own, so that statistics, limits, cookies and failures are its own. The process
ends by itself when its starter dies or when it needs more memory than the plan allows."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import logging
import os
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from filelock import FileLock

from spiders.desk import Desk
from spiders.outlet_spider import OutletSpider
from spiders.plan import OutletTask, Plan, Spool, read_plan
from spiders.warc import Archive

__all__ = ["crawl_settings", "main"]

logger = logging.getLogger("spiders.crawl")
_WATCH_SECONDS = 0.5
_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# extensions that are not wanted: their import alone takes a third of a second, and two of them open ports
_NEEDLESS = tuple(
    f"scrapy.extensions.{name}"
    for name in (
        "feedexport.FeedExporter",
        "closespider.CloseSpider",
        "logcount.LogCount",
        "logstats.LogStats",
        "memdebug.MemoryDebugger",
        "memusage.MemoryUsage",
        "remote_control.RemoteControl",
        "spiderstate.SpiderState",
        "telnet.TelnetConsole",
        "throttle.AutoThrottle",
    )
)
_UNUSED = (
    "httpauth.HttpAuthMiddleware",
    "httpcache.HttpCacheMiddleware",
    "offsite.OffsiteMiddleware",
    "redirect.MetaRefreshMiddleware",
)


_MIDDLEWARES = {
    "spiders.politeness.Gate": 50,
    "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
    "spiders.politeness.SafeRobots": 100,
    "scrapy.downloadermiddlewares.retry.RetryMiddleware": None,
    "spiders.politeness.PoliteRetry": 550,
    **dict.fromkeys(f"scrapy.downloadermiddlewares.{name}" for name in _UNUSED),
}


def crawl_settings(plan: Plan, task: OutletTask) -> dict[str, Any]:
    """Scrapy's settings for one outlet."""
    delay = float(task.outlet.get("delay", 1.0))
    return {
        "ALLOW_PRIVATE_HOSTS": plan.allow_private_hosts,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_ITEMS": 1,  # Scrapy makes so many tasks for each answer
        "CONCURRENT_REQUESTS": 4 if delay else 8,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if delay else 4,
        "COOKIES_ENABLED": True,
        "DOWNLOADER_MIDDLEWARES": dict(_MIDDLEWARES),
        "DOWNLOAD_DELAY": delay,
        "DOWNLOAD_HANDLERS": dict.fromkeys(("data", "file", "ftp", "s3")),
        "DOWNLOAD_MAXSIZE": plan.max_bytes,
        "DOWNLOAD_TIMEOUT": plan.request_seconds,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_WARNSIZE": 0,
        "DUPEFILTER_CLASS": "spiders.politeness.OncePerAddress",
        "EXTENSIONS": {**dict.fromkeys(_NEEDLESS), "spiders.politeness.CrawlDelay": 0},
        "HTTPERROR_ALLOW_ALL": True,
        "LOG_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "METAREFRESH_ENABLED": False,  # live pages refresh themselves
        "REDIRECT_MAX_TIMES": 5,
        "REFERER_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "RETRY_TIMES": 2,
        "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",  # feeds list the newest first
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_PARSER": "spiders.robots.PlainRobots",
        "ROBOTSTXT_USER_AGENT": plan.user_agent.partition("/")[0],
        "TELNETCONSOLE_ENABLED": False,
        "TWISTED_REACTOR": _REACTOR,
        "USER_AGENT": plan.user_agent,
    }


def _spider_class(task: OutletTask) -> type[OutletSpider]:
    if not task.outlet.get("spider"):
        return OutletSpider
    from scrapy.utils.misc import load_object

    found = load_object(task.outlet["spider"])
    if not (isinstance(found, type) and issubclass(found, OutletSpider)):
        raise TypeError(f"{task.outlet['spider']} is not a spiders.outlet_spider.OutletSpider")
    return found


async def _crawl_outlet(desk: Desk, task: OutletTask, crawlers: set[Any]) -> None:
    """One outlet from its listings to its last line in the spool, whatever happens on the way."""
    from scrapy.crawler import Crawler

    crawler = None
    try:
        crawler = Crawler(_spider_class(task), crawl_settings(desk.plan, task))
        crawlers.add(crawler)
        await crawler.crawl_async(desk=desk, task=task)
        if not crawler.spider.closed_cleanly:
            desk.finish(task.id, "start_error", {}, complete=False, reason="the crawl did not start")
    except OSError:
        raise
    except Exception as error:  # a spider's own fault must not end the other outlets' crawls
        logger.exception("crawl of %s failed", task.id)
        desk.finish(task.id, "error", {}, complete=False, reason=f"{type(error).__name__}: {error}")
    finally:
        crawlers.discard(crawler)


async def _crawl_all(desk: Desk, parent: int) -> None:
    crawlers: set[Any] = set()
    waiting = list(desk.plan.outlets)

    async def work_off() -> None:
        while waiting and desk.stop is None:
            await _crawl_outlet(desk, waiting.pop(0), crawlers)

    def stop(code: str, reason: str) -> None:
        if desk.stop is None:
            desk.stop = (code, reason)
            for crawler in crawlers:
                if spider := getattr(crawler, "spider", None):
                    spider.drop_waiting()

    loop = asyncio.get_running_loop()
    with contextlib.suppress(NotImplementedError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop, "stopped", "the crawl was told to stop")
    watch = asyncio.ensure_future(_watch(desk.plan, parent, stop))
    try:
        await asyncio.gather(*(work_off() for _ in range(max(1, desk.plan.at_once))))
    finally:
        watch.cancel()


async def _watch(plan: Plan, parent: int, stop: Any) -> None:
    while True:
        await asyncio.sleep(_WATCH_SECONDS)
        if os.getppid() != parent:
            stop("orphaned", "the program that started the crawl has ended")
        if plan.memory_mb is not None and (used := resident_mb()) > plan.memory_mb:
            stop("memory", f"the crawl needs {used:.0f} MB; memory_mb allows {plan.memory_mb}")


def resident_mb() -> float:
    """Memory of this process in MB; the greatest so far where the system tells no more."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


def _quieten() -> None:
    """Only what is not in the spool is told on standard error."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    for name in ("scrapy", "twisted"):
        logging.getLogger(name).setLevel(logging.ERROR)
    # what these say is in the spool, address by address
    for name in ("downloadermiddlewares.retry", "downloadermiddlewares.robotstxt", "core.downloader.handlers.http11"):
        logging.getLogger(f"scrapy.{name}").setLevel(logging.CRITICAL)


def main(arguments: Iterable[str] | None = None) -> int:
    """Run one plan. Returns 0 where the spool is whole (judge each outlet by its last line there), 1 where the disk
    failed."""
    path, parent = list(sys.argv[1:] if arguments is None else arguments)
    _quieten()
    plan = read_plan(Path(path))
    from scrapy.utils.reactor import install_reactor

    install_reactor(_REACTOR)
    from twisted.internet import reactor
    from twisted.internet.defer import Deferred

    # imported here, as it inspects the whole call stack: deep inside the first crawl that takes four times as long
    importlib.import_module("scrapy.core.downloader.handlers.http11")
    from spiders.politeness import GuardedResolver, PrivateHosts

    resolver = GuardedResolver(reactor.nameResolver, PrivateHosts(plan.allow_private_hosts))
    reactor.installNameResolver(resolver)
    faults: list[BaseException] = []
    spool_path = Path(plan.spool)
    with FileLock(f"{spool_path}.lock", timeout=0):
        archive, spool = Archive(Path(plan.home), plan.archive), Spool(spool_path)
        spool.append("plan", run=plan.run, filters={task.id: task.filter for task in plan.outlets})
        desk = Desk(plan, archive, spool, resolver.refused)

        def run() -> None:
            done = Deferred.fromFuture(asyncio.ensure_future(_crawl_all(desk, int(parent))))
            done.addErrback(lambda failure: faults.append(failure.value))
            done.addBoth(lambda _: reactor.stop())

        reactor.callWhenRunning(run)
        reactor.run(installSignalHandlers=False)
        archive.close()
        spool.close()
    if faults:
        print(f"{type(faults[0]).__name__}: {faults[0]}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
