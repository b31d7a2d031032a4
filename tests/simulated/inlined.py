"""Reports that are a PDF inside a page's script, with and without a listed title; and text that only looks like one."""

from __future__ import annotations

import base64

from portal import CHAPTERS

from simulated import Simulated, titled

PDF = b"%PDF-1.4 " + b"report " * 200


def portal() -> Simulated:
    site = Simulated("inlined", "/gknb/index.html")
    packed = base64.b64encode(PDF).decode()
    broken = f"{packed[:76]}\\n{packed[76:]}"
    scripts = {
        "/gknb/1.html": f"<script>var pdfData='{packed}';show(pdfData)</script>",
        "/gknb/2.html": f'<iframe src="data:application/pdf;base64,{packed}"></iframe>',
        "/gknb/3.html": f'<script>var pdfData = atob("{broken}");</script>',
    }
    links = []
    for n, (path, script) in enumerate(scripts.items()):
        links.append(site.report(path, titled(f"第{n}局"), script))
        site.attached[f"{site.home}{path}#inlined-1"] = site.home + path
    # Not a file by its bytes, and too short to be one.
    for n, text in enumerate((packed.replace("JVBERi0", "JVBERi1"), "JVBERi0xLjQ")):
        links.append(site.report(f"/gknb/no{n}.html", titled(f"无{n}局"), f"{CHAPTERS}<script>var x='{text}'</script>"))
    site.put_list(site.column, links)
    return site


PORTALS = (portal,)
