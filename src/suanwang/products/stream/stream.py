"""A film for each viewer in the size they ask for: H.264 in an MPEG transport stream, by the node's ffmpeg while they watch.

The film is the file of $FILM; without one it is ffmpeg's own test picture. What is not watched is not made: the pipe fills.
"""

import os
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SIZES = {"/720p": "1280x720", "/1080p": "1920x1080", "/4k": "3840x2160"}
PIECE = 64 * 1024


def made(size):
    """The command that writes a film of this size to its output."""
    film = os.environ.get("FILM", "")
    source = ["-re", "-i", film] if film else ["-re", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=30"]
    sized = ["-s", size] if film else []
    head = ["ffmpeg", "-nostdin", "-v", "error", *source, *sized]
    return [*head, "-c:v", "libx264", "-preset", "veryfast", "-c:a", "aac", "-f", "mpegts", "-"]


class Viewer(BaseHTTPRequestHandler):
    """GET /: whether it is there. GET /720p, /1080p, /4k: the film, until the viewer goes."""

    def do_GET(self):
        size = SIZES.get(self.path)
        self.send_response(200 if size or self.path == "/" else 404)
        self.send_header("Content-Type", "video/mp2t" if size else "text/plain")
        self.end_headers()
        if not size:
            return self.wfile.write(b"ready\n" if self.path == "/" else b"one of /720p, /1080p, /4k\n")
        with subprocess.Popen(made(size), stdout=subprocess.PIPE) as film:
            assert film.stdout
            try:
                while piece := os.read(film.stdout.fileno(), PIECE):
                    self.wfile.write(piece)
            except OSError:
                pass
            finally:
                film.kill()

    def log_message(self, format, *args):
        pass


if __name__ == "__main__":
    where = (os.environ.get("HOST", "0.0.0.0"), int(os.environ.get("PORT", "8080")))
    ThreadingHTTPServer(where, Viewer).serve_forever()
