"""A renderer of matplotlib that writes small SVG: no ids, no clip paths, and points of one style as one path."""

import base64
from collections.abc import Callable
from html import escape
from io import BytesIO
from typing import Any

import numpy as np
from matplotlib.backend_bases import GraphicsContextBase, RendererBase
from matplotlib.colors import to_hex
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, Bbox, Transform
from PIL import Image

LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C", Path.CLOSEPOLY: "z"}
ANCHORS = {"center": ";text-anchor:middle", "right": ";text-anchor:end"}


class SvgRenderer(RendererBase):
    """Collects elements; `content` has them all. width, height: in pixels. paint: a colour's CSS, from #rrggbb."""

    def __init__(self, width: float, height: float, dpi: float, paint: Callable[[str], str]) -> None:
        super().__init__()
        self.width, self.height, self.dpi, self.paint = width, height, dpi, paint
        self.flip = Affine2D().scale(1, -1).translate(0, height)
        self.elements: list[str] = []
        self.open_style, self.open_data = "", ""

    @property
    def content(self) -> str:
        self._close()
        return "".join(self.elements)

    def draw_path(self, gc: GraphicsContextBase, path: Path, transform: Transform, rgbFace: Any = None) -> None:
        box, placed = self._box(gc), path.transformed(transform + self.flip)
        if rgbFace is not None and box is not None and not _within(_points(placed), box).all():
            placed = placed.clip_to_bbox(box)
        self._add(_data(placed, box if rgbFace is None else None), gc, rgbFace)

    def draw_markers(
        self, gc: GraphicsContextBase, marker_path: Path, marker_trans: Transform, path: Path, trans: Transform,
        rgbFace: Any = None,
    ) -> None:  # fmt: skip
        points = _points(path.transformed(trans + self.flip))
        if len(points) == 1 and marker_path is not Path.unit_circle():
            # So come the areas of collections, too, from a point that says nothing of where they are.
            place = Affine2D().translate(*trans.transform(_points(path))[0])
            self.draw_path(gc, marker_path, marker_trans + place, rgbFace)
            return
        box = self._box(gc)
        points = points[np.isfinite(points).all(axis=1) if box is None else _within(points, box)]
        shape = marker_path.transformed(marker_trans + Affine2D().scale(1, -1))
        if marker_path is Path.unit_circle() and not gc.get_linewidth() and rgbFace is not None:
            # A dot is the shortest there is: a stroke without length, with round ends.
            data = "".join(f"M{svg_number(x)} {svg_number(y)}h0" for x, y in points)
            width = svg_number(float(np.ptp(_points(shape)[:, 0])))
            style = f"fill:none;{self._colour('stroke', rgbFace, gc)};stroke-width:{width};stroke-linecap:round"
            self._element(data, style)
        elif len(points):
            x0, y0 = _points(shape)[0]
            rest = _data(shape, None, relative=True)
            data = "".join(f"M{svg_number(x + x0)} {svg_number(y + y0)}{rest}" for x, y in points)
            self._add(data, gc, rgbFace)

    def draw_text(
        self, gc: GraphicsContextBase, x: float, y: float, s: str, prop: Any, angle: float, ismath: Any = False,
        mtext: Any = None,
    ) -> None:  # fmt: skip
        anchor = ""
        if mtext is not None and (not angle or mtext.get_rotation_mode() == "anchor"):
            # Anchored where it is aligned to, on its own base line: it stays there in whatever font the page has.
            aim = self.flip.transform(mtext.get_transform().transform(mtext.get_unitless_position()))
            down = np.array([np.sin(np.deg2rad(angle)), np.cos(np.deg2rad(angle))])
            x, y = aim + down * (down @ ((x, y) - aim))
            anchor = ANCHORS.get(mtext.get_horizontalalignment(), "")
        size = svg_number(self.points_to_pixels(prop.get_size_in_points()))
        bold = ";font-weight:bold" if prop.get_weight() in ("bold", "semibold") else ""
        place = f'x="{svg_number(x)}" y="{svg_number(y)}"'
        if angle:
            place = f'transform="translate({svg_number(x)} {svg_number(y)}) rotate({svg_number(-angle)})"'
        self._close()
        style = f"{self._colour('fill', gc.get_rgb(), gc)};font-size:{size}px{bold}{anchor}"
        self.elements.append(f'<text {place} style="{style}">{escape(s)}</text>')

    def draw_image(self, gc: GraphicsContextBase, x: float, y: float, im: Any, transform: Any = None) -> None:
        if transform is None:
            transform = Affine2D().scale(im.shape[1], im.shape[0])
        corners = (transform + Affine2D().translate(x, y) + self.flip).transform([(0, 0), (1, 1)])
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        file = BytesIO()
        Image.fromarray(np.ascontiguousarray(im)).save(file, "png")
        address = "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()
        numbers = {"x": left, "y": top, "width": right - left, "height": bottom - top}
        box = " ".join(f'{name}="{svg_number(value)}"' for name, value in numbers.items())
        self._close()
        self.elements.append(
            f'<image {box} preserveAspectRatio="none" style="image-rendering:pixelated" href="{address}"/>'
        )

    def option_scale_image(self) -> bool:
        return True

    def option_image_nocomposite(self) -> bool:
        return True

    def get_canvas_width_height(self) -> tuple[float, float]:
        return self.width, self.height

    def points_to_pixels(self, points: Any) -> Any:
        return points * self.dpi / 72

    def _box(self, gc: GraphicsContextBase) -> Bbox | None:
        """What may be drawn in, from the top left."""
        clip = gc.get_clip_rectangle()
        if clip is None:
            return None
        return Bbox.from_extents(clip.x0, self.height - clip.y1, clip.x1, self.height - clip.y0).padded(0.5)

    def _add(self, data: str, gc: GraphicsContextBase, face: Any) -> None:
        """A path. Strokes of one style that follow each other are one element."""
        width = self.points_to_pixels(gc.get_linewidth())
        style = "fill:none" if face is None else self._colour("fill", face, gc)
        if width:
            style += f";{self._colour('stroke', gc.get_rgb(), gc)};stroke-width:{svg_number(width)}"
            if gc.get_capstyle() != "butt":
                style += f";stroke-linecap:{gc.get_capstyle().replace('projecting', 'square')}"
            if (dashes := gc.get_dashes()[1]) is not None:
                lengths = self.points_to_pixels(np.asarray(dashes, float))
                style += ";stroke-dasharray:" + " ".join(map(svg_number, lengths))
        elif face is None:
            return
        if face is None and gc.get_rgb()[3] == 1:
            if style != self.open_style:
                self._close()
                self.open_style = style
            self.open_data += data
        else:
            self._element(data, style)

    def _close(self) -> None:
        style, data = self.open_style, self.open_data
        self.open_style = self.open_data = ""
        if data:
            self.elements.append(f'<path style="{style}" d="{data}"/>')

    def _element(self, data: str, style: str) -> None:
        self._close()
        if data:
            self.elements.append(f'<path style="{style}" d="{data}"/>')

    def _colour(self, kind: str, colour: Any, gc: GraphicsContextBase) -> str:
        alpha = gc.get_alpha() if gc.get_forced_alpha() or len(colour) == 3 else colour[3]
        opacity = "" if alpha == 1 else f";{kind}-opacity:{svg_number(alpha)}"
        return f"{kind}:{self.paint(to_hex(colour[:3]))}{opacity}"


def svg_number(value: float) -> str:
    """At most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _points(path: Path) -> np.ndarray:
    return np.asarray(path.vertices, float)


def _within(points: np.ndarray, box: Bbox) -> np.ndarray:
    """(n,) bool; a point that is not finite is not within."""
    return np.all((points >= box.min) & (points <= box.max), axis=1)


def _data(path: Path, clip: Bbox | None, relative: bool = False) -> str:
    """A path's `d`. relative: without its start, and in steps from there."""
    parts: list[str] = []
    clipped = None if clip is None else (clip.x0, clip.y0, clip.x1, clip.y1)
    at = np.zeros(2)
    for values, code in path.iter_segments(clip=clipped, simplify=False):
        points = np.reshape(values, (-1, 2))
        letter = LETTERS[code]
        if letter == "z":
            parts.append(letter)
        elif not relative:
            parts.append(letter + " ".join(map(svg_number, points.ravel())))
        elif parts or letter != "M" or at.any():
            parts.append(letter.lower() + " ".join(map(svg_number, (points - at).ravel())))
        at = points[-1] if letter != "z" else at
    return "".join(parts)
