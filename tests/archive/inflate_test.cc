// Compression around a pickle, and telling pickles from other files.
#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "format/sniff.h"
#include "import/pickle/pickle.h"
#include "pratique/rejection.h"
#include "tests/import/assembler.h"
#include "tests/import/compress.h"

namespace pratique {
namespace {

using namespace testing;

TEST(Codec, ReadsEveryWrapper) {
  const std::string plain = Proto(4) + "X" + Little(4, 4) + "text.";
  ASSERT_EQ(plain.size(), 12u);
  const std::pair<std::string, const char*> rows[] = {
      {plain, "pickle"},
      {Zlib(plain), "pickle+zlib"},
      {Gzip(plain), "pickle+gzip"},
      {Bz2(plain), "pickle+bz2"},
      {LzmaAlone(plain), "pickle+lzma"},
      {Xz(plain), "pickle+xz"},
      {Lz4(plain), "pickle+lz4"},
      {ZFile(plain, "0xc"), "pickle+zfile"},
      {Gzip(plain.substr(0, 5)) + Gzip(plain.substr(5)), "pickle+gzip"},
      {Bz2(plain.substr(0, 5)) + Bz2(plain.substr(5)), "pickle+bz2"},
  };
  for (const auto& [file, wrapper] : rows) {
    SCOPED_TRACE(wrapper);
    EXPECT_EQ(Sniff(View(file)).kind, Sniffed::Kind::kForeign);
    const auto graph = pickle::Read(View(file), {});
    ASSERT_TRUE(graph.ok()) << graph.status();
    EXPECT_EQ(graph->wrapper, wrapper);
    EXPECT_EQ((*graph)[graph->root].text, "text");
    // Every cut is refused: a stream has one end.
    for (size_t n = 0; n < file.size(); ++n) EXPECT_FALSE(pickle::Read(View(file).first(n), {}).ok()) << n;
  }
}

TEST(Codec, Refusals) {
  const std::string plain = Proto(4) + "X" + Little(4, 4) + "text.";
  std::string bad_crc = Gzip(plain);
  bad_crc[bad_crc.size() - 6] ^= 1;
  struct Bad {
    const char* wrong;
    std::string file;
    Reason reason;
    const char* code;
  };
  const std::string zeros = Proto(4) + "B" + Little(4 << 20, 4) + std::string(4 << 20, '\0') + ".";
  const Bad rows[] = {
      {"bytes behind zlib", Zlib(plain) + "x", Reason::kMalformed, "codec.trailing"},
      {"a second zlib stream", Zlib(plain) + Zlib(plain), Reason::kMalformed, "codec.trailing"},
      {"a pickle behind gzip", Gzip(plain) + plain, Reason::kMalformed, "codec.trailing"},
      {"a second pickle in a second gzip member", Gzip(plain) + Gzip(plain), Reason::kMalformed, "pickle.trailing"},
      {"a checksum that is wrong", bad_crc, Reason::kMalformed, "codec.gzip"},
      {"a z-file that declares another length", ZFile(plain, "0xff"), Reason::kMalformed, "codec.zfile"},
      {"a z-file without a length", ZFile(plain, "0xzz"), Reason::kMalformed, "codec.zfile"},
      {"a bomb", Bz2(zeros), Reason::kLimit, "limit.inflate_ratio"},
      {"compressed twice", Gzip(Zlib(plain)), Reason::kMalformed, "pickle.opcode"},
  };
  for (const Bad& row : rows) {
    SCOPED_TRACE(row.wrong);
    const auto rejection = GetRejection(pickle::Read(View(row.file), {}).status());
    ASSERT_TRUE(rejection.has_value());
    EXPECT_EQ(rejection->reason, row.reason) << rejection->message;
    EXPECT_EQ(rejection->code, row.code) << rejection->message;
  }
  Limits small;
  small.inflated_bytes = 1000;
  const std::string file = Zlib(zeros);
  EXPECT_EQ(GetRejection(pickle::Read(View(file), small).status())->code, "limit.inflated_bytes");
}

TEST(Sniff, TellsPicklesFromOtherFiles) {
  const std::string pickles[] = {
      Proto(2) + "N.", Proto(4) + Frame("N."), Proto(4) + "]", "(dp0\n.", "cposix\nsystem\n(S'id'\ntR.",
      "(S'id'\nios\nsystem\n.", Str("os") + Str("system") + "\x93)R", "N2cos\nsystem\n(S'id'\ntRgarbage",
      // Python imports a module of whatever name could be a file's.
      "cat\ndog\nRabbit\n", "index\nalpha\nbeta\n", "cos\nno newline", "c.antigravity\n",
      // One that could not be counts when it is used, or when the pickle ends well.
      "ca b\nc\n.", "ca b\nc\n(tR", "(S'id'\nios\nsystem",
      // Behind the first pickle, for those who load twice.
      "I1\n.cos\nsystem\n(S'id'\ntR.", "N.N.N.N.N.N.N.cos\nsystem\n(S'id'\ntR.",
      // BUILD is a call, and so are items given to a name.
      "cos\npath\n}S'a'\ncos\nsystem\nsb", "P0\nS'x'\n\x85R", Gzip("cos\nsystem\n(S'id'\ntR."),
      Zlib(std::string(5000, 'N') + "cos\nsystem\n(S'id'\ntR.")};
  for (const std::string& file : pickles) EXPECT_EQ(Sniff(View(file)).kind, Sniffed::Kind::kForeign) << Escape(file);
  const std::string others[] = {"",
                                "N.",
                                "Hello, world.\n",
                                "import os\nimport sys\n",
                                "cat, dog\nRabbit\n",
                                "(in order of appearance)\nalpha\nbeta\n",
                                "P is a persistent id\ncat\n",
                                "country,gdp\nNorway,R\nReunion,.\n",
                                "]",
                                "{}",
                                "[1]",
                                "boost (1.74). BUILD",
                                "\x89PNG\r\n\x1a\n",
                                "PK\x03\x04",
                                std::string(100, '\0'),
                                "\x93NUMPY\x01",
                                Gzip("Hello, world.\n"),
                                "78"};
  for (const std::string& file : others) EXPECT_NE(Sniff(View(file)).kind, Sniffed::Kind::kForeign) << Escape(file);
}

}  // namespace
}  // namespace pratique
