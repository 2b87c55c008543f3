#!/usr/bin/env python3
"""hardened.py TOOL COMPILE_COMMANDS: the tool has the protections of cmake/PratiqueHarden.cmake, as its ELF file says; and every source
of the library and the tool is compiled with them.

By binutils' readelf and Python's standard library only.
"""
import json
import re
import subprocess
import sys
import unittest

TOOL, COMMANDS = sys.argv[1:]


def readelf(*options):
    return subprocess.run(["readelf", "-W", *options, TOOL], check=True, capture_output=True, text=True).stdout


class Hardened(unittest.TestCase):
    def test_it_is_loaded_anywhere(self):
        self.assertRegex(readelf("-h"), r"Type:\s+DYN")
        self.assertRegex(readelf("-d"), r"FLAGS_1\).*\bPIE\b")
        self.assertNotIn("TEXTREL", readelf("-d"))

    def test_relocations_are_resolved_before_main_and_read_only_then(self):
        self.assertIn("GNU_RELRO", readelf("-l"))
        self.assertRegex(readelf("-d"), r"BIND_NOW|FLAGS_1\).*\bNOW\b")

    def test_no_memory_is_both_written_and_run(self):
        segments = re.findall(r"^\s+(LOAD|GNU_STACK)\s+(?:0x\w+\s+){5}([R W E]{3})", readelf("-l"), re.M)
        self.assertIn("GNU_STACK", [name for name, _ in segments])
        for name, flags in segments:
            self.assertFalse("W" in flags and "E" in flags, (name, flags))
            self.assertFalse(name == "GNU_STACK" and "E" in flags)

    def test_libraries_are_those_of_the_system(self):
        self.assertNotRegex(readelf("-d"), r"R(UN)?PATH")

    def test_canaries_checked_calls_and_checked_indexes_are_linked(self):
        symbols = {line.split()[-1].split("@")[0] for line in readelf("-s").splitlines() if re.match(r"\s+\d+:", line)}
        self.assertIn("__stack_chk_fail", symbols)
        self.assertTrue(symbols & {"__memcpy_chk", "__memmove_chk", "__memset_chk"})
        self.assertTrue(any("__glibcxx_assert_fail" in symbol for symbol in symbols))

    def test_functions_begin_with_a_landing_pad(self):
        if "X86-64" not in readelf("-h"):
            return  # elsewhere the compiler's flags say it, below
        address = next(int(line.split()[1], 16) for line in readelf("-s").splitlines() if line.endswith(" main"))
        for offset, begin, size in re.findall(r"LOAD\s+0x(\w+) 0x(\w+) 0x\w+ 0x(\w+)", readelf("-l")):
            if int(begin, 16) <= address < int(begin, 16) + int(size, 16):
                with open(TOOL, "rb") as file:
                    file.seek(int(offset, 16) + address - int(begin, 16))
                    self.assertEqual(file.read(4), bytes.fromhex("f30f1efa"))  # endbr64
                return
        self.fail("main is in no segment")

    def test_every_source_is_compiled_so(self):
        flags = ["-fstack-protector-strong", "-fstack-clash-protection", "-D_GLIBCXX_ASSERTIONS"]
        if "X86-64" in readelf("-h"):
            flags.append("-fcf-protection=full")
        with open(COMMANDS) as file:
            commands = [c["command"] for c in json.load(file) if re.search(r"\.dir/src/", c["command"]) and "/schema_check" not in c["file"]]
        self.assertGreater(len(commands), 150)
        for command in commands:
            missing = [flag for flag in flags if flag not in command]
            if "-O2" in command or "-O3" in command:
                missing += [] if "-D_FORTIFY_SOURCE=3" in command else ["-D_FORTIFY_SOURCE=3"]
            self.assertEqual(missing, [], command[-300:])


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0]])
