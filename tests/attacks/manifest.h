// The rows of tests/attacks/manifest.tsv, and the names of globals.tsv put into a good model in every way that a pickle
// has.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "tests/import/assembler.h"

namespace pratique::testing {

struct Attack {
  std::string file, verdict, reason, code, wrong;
  std::string path() const { return PRATIQUE_SOURCE_DIR "/tests/attacks/files/" + file; }
};

// The lines below the first of a table in tests/attacks, split at tabs.
inline std::vector<std::vector<std::string>> Table(const std::string& name, size_t columns) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream table(PRATIQUE_SOURCE_DIR "/tests/attacks/" + name);
  std::string line;
  std::getline(table, line);
  while (std::getline(table, line)) {
    rows.push_back(absl::StrSplit(line, '\t'));
    EXPECT_EQ(rows.back().size(), columns) << line;
    if (rows.back().size() != columns) rows.pop_back();
  }
  return rows;
}

inline std::vector<Attack> Attacks() {
  std::vector<Attack> attacks;
  for (const auto& cells : Table("manifest.tsv", 5))
    attacks.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
  return attacks;
}

// How a pickle uses a global: what Python would do at once, and what it would only hold or build.
struct Use {
  const char* how;
  bool calls;
  std::string opcodes;
};

inline std::vector<Use> Uses(const std::string& module, const std::string& name) {
  const std::string global = Name(module, name);
  return {
      {"REDUCE", true, global + Str("id") + kTuple1 + kReduce},
      {"INST", true, "(" + Str("id") + "i" + module + "\n" + name + "\n"},
      {"OBJ", true, "(" + global + Str("id") + "o"},
      {"NEWOBJ_EX", true, global + Str("id") + kTuple1 + "}\x92"},
      {"NEWOBJ and BUILD", false, global + ")" + kNewObj + "}" + Str("x") + "Nsb"},
      {"a value", false, global},
  };
}

// A good model, whose random_state, which no prediction reads, is what `opcodes` leave on the stack.
inline std::string WithRandomState(const std::string& opcodes) {
  static const std::string good = [] {
    std::ifstream in(PRATIQUE_SOURCE_DIR "/tests/attacks/files/good.pkl", std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  }();
  const std::string key = Str("random_state") + kMemoize;
  const size_t at = good.find(key) + key.size();
  EXPECT_EQ(good.at(at), 'N');
  return good.substr(0, at) + opcodes + good.substr(at + 1);
}

}  // namespace pratique::testing
