"""The picture of a QR code, as text that an image can show: a phone has nothing to draw one with."""

import base64
import io

import qrcode
from qrcode.constants import ERROR_CORRECT_M

PIXELS_PER_SQUARE = 8
QUIET_SQUARES = 2


def qr_data_url(text: str) -> str:
    """A black and white PNG as a data URL."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=PIXELS_PER_SQUARE, border=QUIET_SQUARES)
    code.add_data(text)
    png = io.BytesIO()
    code.make_image().save(png)
    return f"data:image/png;base64,{base64.b64encode(png.getvalue()).decode()}"
