"""A portal on loopback with as many pages of report size as wanted, for the crawl benchmark: `python -m
benchmarks.portal PAGES` prints the port of its HTTP proxy and serves until its standard input ends."""

from __future__ import annotations

import asyncio
import random
import sys

HOST = "http://www.yangli.gov.cn"
ENTRIES = 50
_CLAUSES = (
    "本年度通过政府门户网站主动公开政府信息",
    "全年共受理依申请公开政府信息",
    "对照主动公开基本目录梳理规范性文件",
    "组织各单位政务公开工作人员业务培训",
    "因政府信息公开引起的行政复议和行政诉讼",
    "政务新媒体平台发布政策解读和回应关切",
    "严格落实信息发布三审三校制度核查信息",
    "加强监督保障并将公开工作纳入年度考核",
)
_CHAPTERS = ("一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况", "六、其他需要报告的事项")


def pages(count: int) -> dict[str, bytes]:
    """The bodies by URL: lists of 50 entries that lead on, and reports of 62 kB."""
    found = {}
    for n in range(count):
        found[f"{HOST}/r/{n}.html"] = _report(n)
    lists = range(0, count, ENTRIES)
    for number, start in enumerate(lists):
        rows = "".join(
            f'<li><a href="/r/{n}.html">{_title(n)}</a><span>2025-01-20</span></li>'
            for n in range(start, min(start + ENTRIES, count))
        )
        onward = f'<a href="index_{number + 1}.html">下一页</a>' if number + 1 < len(lists) else ""
        name = f"index_{number}.html" if number else "index.html"
        found[f"{HOST}/gknb/{name}"] = _page("政府信息公开年报", f"<ul>{rows}</ul>{onward}")
    return found


def _title(n: int) -> str:
    return f"样例区第{n}局2024年政府信息公开工作年度报告"


def _sentence(dice: random.Random) -> str:
    """Prose as reports have it: the same clauses everywhere, and the numbers their own."""
    return "".join(f"{clause}{dice.randrange(2000)}件，" for clause in dice.sample(_CLAUSES, 5)) + "按要求开展工作。"


def _report(n: int) -> bytes:
    dice = random.Random(n)
    text = "".join(
        f"<p>{chapter}</p>" + "".join(f'<p class="MsoNormal">{_sentence(dice)}</p>' for _ in range(22))
        for chapter in _CHAPTERS
    )
    cells = [f'<td style="border:1px solid windowtext">{dice.randrange(9)}</td>' for _ in range(800)]
    rows = "".join(f"<tr>{''.join(cells[start : start + 8])}</tr>" for start in range(0, len(cells), 8))
    return _page(_title(n), f"<h1>{_title(n)}</h1><div id='zoom'>{text}<table>{rows}</table></div>")


def _page(title: str, body: str) -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body>'.encode()


async def _serve(count: int) -> None:
    bodies = pages(count)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            while (await reader.readline()).strip():
                pass
            body = bodies.get(line.split()[1].decode())
            status = b"200 OK" if body else b"404 Not Found"
            head = b"HTTP/1.1 %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % (status, len(body or b""))
            writer.write(head + (body or b""))
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
