// What Python's str knows of text, on UTF-8: classes of characters, lower case, accents.
//
// Unicode 14.0, that of Python 3.11; characters that later versions added are of no class and stay as they are. The
// tables are written by scripts/make-unicode-tables. Text is valid UTF-8 (IsUtf8); all functions are pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pratique::text {

// The code points of valid UTF-8, and back.
std::u32string CodePoints(std::string_view utf8);
void AppendUtf8(std::u32string_view text, std::string& out);

bool IsWord(char32_t c);     // \w of re: str.isalnum() or '_'
bool IsSpace(char32_t c);    // \s of re, str.isspace()
bool IsDecimal(char32_t c);  // \d of re, str.isdecimal()

// str.lower() (CPython Objects/unicodeobject.c do_lower, 3.11), the final sigma included.
std::u32string Lower(std::u32string_view text);
// sklearn.feature_extraction.text.strip_accents_unicode: NFKD without its combining characters.
std::u32string StripAccentsUnicode(std::u32string_view text);
// sklearn.feature_extraction.text.strip_accents_ascii: the ASCII characters of NFKD.
std::u32string StripAccentsAscii(std::u32string_view text);

}  // namespace pratique::text
