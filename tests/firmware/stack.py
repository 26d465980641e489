#!/usr/bin/python3
"""The worst stack of an image, by its call graph.

usage: stack.py BOARD EXAMPLE     prints the deepest way
       stack.py --table           prints the table of boards/README.md

The frames and calls are those of the machine code (disassembly.py); what is called through pointers is told by pointers.py. Added is
the deepest interrupt handler with what the core saves for it: handlers have one priority and do not interrupt each other. What runs
after a fault is not counted, as nothing goes on after it.
"""
import os
import re
import struct
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import disassembly
from pointers import ANONYMOUS, UNCALLED, Pointers

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
VECTORS = 48  # of the table in boards/common/cortex_m/startup.cpp
EXCEPTION = 32 + 4  # eight registers, and a word to align them (ARMv6-M and ARMv7-M, B1.5.7)

# Recursion that ends by itself: a function that all of it goes through, and how often that can be on the stack at once.
BOUNDED = {
    # GCM has a cipher context of its own inside, whose mode is ECB.
    "mbedtls_cipher_setkey": 2, "mbedtls_cipher_free": 2, "mbedtls_cipher_update": 2,
    # A session that ends while stop() was followed by start() starts anew; what ends there was not stopped.
    "whit::Session::start(whit::Instant)": 1,
}

# Calls that are in the code and never made: (caller, callee), regular expressions.
NEVER = {
    # Tls makes a handshake step by step, and reads and writes after it.
    (r"^mbedtls_ssl_(read|write)$", r"^mbedtls_ssl_handshake$"),
    # Drbg::ready() has been called, and takes new seeds itself.
    (r"^whit::mbedtls::Drbg::random\(|^mbedtls_ctr_drbg_random", r"^whit::mbedtls::Drbg::ready\(|^mbedtls_ctr_drbg_(re)?seed"),
    # That is for additional input, of which there is none.
    (r"^mbedtls_ctr_drbg_random", r"^block_cipher_df$"),
}


class Recursion(Exception):
    pass


class Stack:
    """Of one image: `worst` bytes of those `reserved` by the linker script, `way` (names and bytes, outermost first), `problems`."""

    def __init__(self, path, machine, pointers):
        self.machine, self.path = machine, Path(path)
        self.image = disassembly.read(path, machine)
        self.functions, self.known, self.worst, self.way = self.image.functions, {}, 0, []
        self.reserved = self.image.symbols["STACK_SIZE"]
        self.left_out = set()  # of BOUNDED and NEVER
        self.problems = [f"{one.name}: {each}" for one in self.functions.values() for each in one.unclear]
        self._resolve(pointers)
        try:
            self.worst, self.way = self._from(self.image.symbols["whit_reset"] & ~1)
            deepest = max((self._from(each) for each in self._handlers()), default=None)
            if deepest:
                self.worst += EXCEPTION + deepest[0]
                self.way = [*self.way, ("exception", EXCEPTION), *deepest[1]]
        except Recursion as error:
            self.problems.append(str(error))

    def _resolve(self, pointers):
        """Turns calls through pointers into calls."""
        places = self.image.places({each for one in self.functions.values() for each in one.pointers})
        reached = set()
        for one in self.functions.values():
            for address, depth in one.pointers.items():
                place = self._describe(one, *places[address])
                targets = pointers.targets(place, self.functions)
                if targets is None:
                    targets = set()
                    self.problems.append(f"nobody knows what is called at {place}")
                for each in targets:
                    reached.add(each)
                    one.calls[each] = max(one.calls.get(each, 0), depth)
        if min(self.functions) < 1 << 24:
            return  # addresses look like other numbers
        taken = {each - self.machine.thumb for each in self._words()} - reached - self._handlers()
        self.problems += [f"nobody calls {one.name}, but its address is taken" for address, one in self.functions.items()
                          if address in taken and not UNCALLED.search(one.name)]

    def _describe(self, one, function, where):
        """"FUNCTION: SOURCE LINE", as pointers.py wants it."""
        file, _, line = where.rpartition(":")
        text = []
        if file and line.isdigit():
            file = Path(re.sub("^/whit/", f"{ROOT}/", os.path.normpath(file)))  # see -ffile-prefix-map in CMakeLists.txt
            text = file.read_text(errors="replace").splitlines() if file.exists() else []
        name = (function if function != "??" else one.name).replace(ANONYMOUS, "").split("(")[0]
        return f"{name}: {text[int(line) - 1] if 0 < int(line) <= len(text) else ''}" if text else f"{name}: "

    def _words(self):
        """What is in flash, or in RAM from the start."""
        data = self.path.read_bytes()
        at, size, count = struct.unpack_from("<I", data, 28)[0], *struct.unpack_from("<HH", data, 42)
        for header in range(at, at + size * count, size):
            kind, offset, _virtual, _physical, length = struct.unpack_from("<5I", data, header)
            if kind == 1:
                yield from struct.unpack_from(f"<{length // 4}I", data, offset)

    def _handlers(self):
        """The functions of interrupts, by the table of vectors; RISC-V takes none here."""
        if self.machine is disassembly.RiscV:
            return set()
        vectors = list(self._words())[2:VECTORS]
        own = self.image.symbols
        return {each & ~1 for each in vectors if each} - {own["whit_reset"] & ~1, own["whit_fault"] & ~1}

    def _from(self, address, laps=tuple(BOUNDED.values()), above=()):
        """(bytes, way) of the deepest way from a function on; `laps`: how often the functions of BOUNDED may still be called."""
        one = self._function(address)
        if one.name in BOUNDED:
            at = list(BOUNDED).index(one.name)
            if laps[at] == 0:
                self.left_out.add(one.name)
                return 0, []
            laps = laps[:at] + (laps[at] - 1,) + laps[at + 1:]
        key = (id(one), laps)
        if key in above:
            raise Recursion("recursion: " + " -> ".join(self._names(above[above.index(key):])))
        if key not in self.known:
            deepest, way = one.frame, [(one.name, one.frame)]
            for callee, depth in one.calls.items():
                never = next((each for each in NEVER if re.search(each[0], one.name)
                              and re.search(each[1], self._function(callee).name)), None)
                if never:
                    self.left_out.add(never)
                    continue
                below, rest = self._from(callee, laps, (*above, key))
                if depth + below > deepest:
                    deepest, way = depth + below, [(one.name, depth), *rest]
            self.known[key] = deepest, way
        return self.known[key]

    def _names(self, keys):
        by_id = {id(one): one.name for one in self.functions.values()}
        return [by_id[each[0]] for each in keys]

    def _function(self, address):
        """At an address; a few of libgcc's are entered in the middle."""
        if address in self.functions:
            return self.functions[address]
        return self.functions[max(each for each in self.functions if each < address)]


def of(board, example, pointers):
    machine = disassembly.RiscV if board.startswith("riscv") else disassembly.Arm
    return Stack(BUILD / board / "examples" / f"{example}.elf", machine, pointers)


def _measure(image):
    pointers = Pointers()
    stack = of(*image, pointers)
    return image, stack.worst, stack.reserved, stack.problems, pointers.used, stack.left_out


def measure(images):
    """({(board, example): (worst, reserved)}, problems) of many."""
    sizes, problems, pointers, needless = {}, [], Pointers(), {*BOUNDED, *NEVER}
    with ProcessPoolExecutor() as pool:
        for image, worst, reserved, found, used, left_out in pool.map(_measure, images):
            sizes[image] = worst, reserved
            problems += [f"{' '.join(image)}: {each}" for each in found]
            pointers.used |= used
            needless -= left_out
    problems += [f"pointers.py: nothing comes of {each}" for each in pointers.unused()]
    problems += [f"stack.py: nothing is left out by {each}" for each in needless]
    return sizes, problems


def table(sizes):
    """Lines of Markdown: a row for each board, a column for each example."""
    boards, examples = (list(dict.fromkeys(image[i] for image in sizes)) for i in (0, 1))
    yield "| worst stack | " + " | ".join(f"`{each}`" for each in examples) + " | reserved |"
    yield "|---|" + "---|" * (len(examples) + 1)
    for board in boards:
        row = [sizes.get((board, each), ("-",))[0] for each in examples]
        yield f"| `{board}` | " + " | ".join(map(str, row)) + f" | {next(s[1] for i, s in sizes.items() if i[0] == board)} |"


def main():
    if sys.argv[1:] == ["--table"]:
        import images

        sizes, problems = measure(images.ALL)
        print("\n".join(table(sizes)))
    else:
        stack = of(sys.argv[1], sys.argv[2], Pointers())
        problems = stack.problems
        print("\n".join(f"{size:6} {name}" for name, size in stack.way))
        print(f"{stack.worst:6} bytes of {stack.reserved}")
    print("\n".join(problems))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
