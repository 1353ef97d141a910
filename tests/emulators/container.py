"""Creates a container in the Azure Blob emulator that answers at an endpoint, with the emulator's well-known key.

Usage: container.py ENDPOINT CONTAINER
"""

import base64
import hashlib
import hmac
import sys
import urllib.error
import urllib.request
from email.utils import formatdate

ACCOUNT = "devstoreaccount1"
KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
VERSION = "2021-08-06"


def main():
    endpoint, container = sys.argv[1:]
    date = formatdate(usegmt=True)
    signed = "\n".join(
        ["PUT"] + [""] * 11 + [f"x-ms-date:{date}", f"x-ms-version:{VERSION}", f"/{ACCOUNT}/{ACCOUNT}/{container}"]
        + ["restype:container"]
    )
    signature = hmac.new(base64.b64decode(KEY), signed.encode(), hashlib.sha256).digest()
    request = urllib.request.Request(f"{endpoint}/{ACCOUNT}/{container}?restype=container", method="PUT", headers={
        "x-ms-date": date,
        "x-ms-version": VERSION,
        "Authorization": f"SharedKey {ACCOUNT}:{base64.b64encode(signature).decode()}",
        "Content-Length": "0",
    })
    try:
        urllib.request.urlopen(request, timeout=10)
    except urllib.error.HTTPError as error:
        if error.code != 409:  # it is there
            sys.exit(f"{error}: {error.read().decode()}")


main()
