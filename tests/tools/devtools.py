"""A browser of the Chromium family without a window, over its DevTools protocol."""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time

import websocket  # pip install websocket-client


class Browser:
    """One page of a browser with a profile of its own."""

    def __init__(self, program):
        self.folder = tempfile.mkdtemp()
        self.process = subprocess.Popen(
            [
                program,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--no-first-run",
                "--remote-debugging-port=0",
                "--remote-allow-origins=*",
                f"--user-data-dir={self.folder}",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.number = 0
        self.events = []
        port_file = os.path.join(self.folder, "DevToolsActivePort")
        for _ in range(600):
            if os.path.exists(port_file) and open(port_file).read().count("\n"):
                break
            time.sleep(0.1)
        port, path = open(port_file).read().splitlines()[:2]
        self.socket = websocket.create_connection(f"ws://127.0.0.1:{port}{path}", timeout=60)
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        attached = self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ["Page", "Runtime", "Network", "Log"]:
            self.send(domain + ".enable")

    session = None

    def send(self, method, **params):
        """One command, and its answer."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer.get("result", {})
            self.events.append(answer)

    def run(self, script):
        """The value of an expression on the page."""
        answer = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{script}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait(self, script):
        """Until an expression holds."""
        for _ in range(200):
            try:
                if self.run(script):
                    return
            except RuntimeError as error:
                # The page may go away while it is asked.
                if "navigated" not in str(error) and "context" not in str(error):
                    raise
            time.sleep(0.05)
        raise AssertionError(f"never came true: {script}")

    def open(self, address):
        self.run("window.stale = true")
        self.send("Page.navigate", url=address)
        self.wait("!window.stale && document.readyState === 'complete'")

    def click(self, selector):
        """A click with the mouse, where the element is."""
        self.run(f"document.querySelector({selector!r}).scrollIntoView({{block: 'center'}})")
        box = self.run(
            f"(b => [b.x + b.width / 2, b.y + b.height / 2])"
            f"(document.querySelector({selector!r}).getBoundingClientRect())"
        )
        for kind in ["mousePressed", "mouseReleased"]:
            self.send(
                "Input.dispatchMouseEvent", type=kind, x=box[0], y=box[1], button="left", clickCount=1
            )

    def follow(self, selector):
        """A click that leads to another page."""
        self.run("window.stale = true")
        self.click(selector)
        self.wait("!window.stale && document.readyState === 'complete'")

    def key(self, key):
        text = {"text": key} if len(key) == 1 else {}
        self.send("Input.dispatchKeyEvent", type="keyDown", key=key, **text)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key)

    def type(self, text):
        for letter in text:
            self.key(letter)

    def complaints(self):
        """What the page asked of the network, and what the browser had to say of it."""
        self.run("1")
        found = []
        for event in self.events:
            method, params = event["method"], event["params"]
            if method == "Network.requestWillBeSent":
                url = params["request"]["url"]
                if not re.match("file:|blob:|about:", url):
                    found.append(f"request: {url}")
            elif method == "Runtime.exceptionThrown":
                found.append(f"exception: {params['exceptionDetails']}")
            elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
                found.append(f"log: {params['entry']['text']}")
        return found

    def close(self):
        try:
            self.session = None
            self.send("Browser.close")
        except Exception:
            self.process.terminate()
        self.process.wait(30)
        self.socket.close()
        shutil.rmtree(self.folder, ignore_errors=True)
