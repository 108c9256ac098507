"""A QR code as rows of dark and light, for whoever draws it."""

import qrcode
from qrcode.constants import ERROR_CORRECT_M


def qr_rows(text: str) -> tuple[str, ...]:
    """One string a row, `1` for dark, without the quiet margin."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return tuple("".join("1" if is_dark else "0" for is_dark in row) for row in code.get_matrix())
