#!/usr/bin/env python3
"""Files as constants: embed.py OUTPUT NAME=FILE..."""
import sys
from pathlib import Path

lines = ['#pragma once', '#include "whit/bytes.hpp"']
for pair in sys.argv[2:]:
    name, file = pair.split("=", 1)
    data = Path(file).read_bytes()
    lines.append(f"inline constexpr unsigned char {name}Data[] = {{{','.join(map(str, data))}}};")
    lines.append(f"inline constexpr whit::Bytes {name}{{{name}Data, sizeof {name}Data}};")
Path(sys.argv[1]).write_text("\n".join(lines) + "\n")
