# ruff: noqa: INP001 -- beside the benchmark that uses it, not a package
"""A naive pipeline to compare with: decodes every image in full, runs an OCR program."""

import hashlib
import io
from pathlib import Path

import cv2
import numpy as np
import pypdf
import pytesseract
from PIL import Image


def check(evidence: Path, agreement: Path, *, language: str) -> None:
    """Produce from both files the same results as our pipeline."""
    for page in pypdf.PdfReader(evidence).pages:
        for found in page.images:
            if found.image is not None:
                _photo(found.data, found.image)
    for page in pypdf.PdfReader(agreement).pages:
        for found in page.images:
            pytesseract.image_to_data(found.image, lang=language)


def _photo(data: bytes, image: Image.Image) -> None:
    """Make hash, page image, thumbnail, light, blur and likeness of one photo."""
    hashlib.sha256(data).hexdigest()
    picture = image.convert("RGB")
    luma = cv2.cvtColor(np.asarray(picture), cv2.COLOR_RGB2GRAY)
    cv2.Laplacian(luma, cv2.CV_64F).var()
    cv2.meanStdDev(luma)
    cv2.dct(cv2.resize(luma, (64, 64), interpolation=cv2.INTER_AREA).astype(np.float32))
    for side, quality in ((2000, 82), (480, 76)):
        small = picture.copy()
        small.thumbnail((side, side), Image.Resampling.LANCZOS)
        small.save(io.BytesIO(), "JPEG", quality=quality)
