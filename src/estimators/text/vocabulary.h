// Words and their columns.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/status/statusor.h"
#include "import/sklearn/import_context.h"
#include "state/bind.h"

namespace pratique {

struct Vocabulary {
  Strings words;            // ascending
  Array<uint32_t> columns;  // of each
};

inline std::optional<uint32_t> ColumnOf(const Vocabulary& vocabulary, std::string_view word) {
  const auto it = std::ranges::lower_bound(vocabulary.words, word);
  if (it == vocabulary.words.end() || *it != word) return std::nullopt;
  return vocabulary.columns[static_cast<size_t>(it - vocabulary.words.begin())];
}

// vocabulary_: a dict from words to columns.
absl::StatusOr<Vocabulary> TakeVocabulary(ImportContext& context);

}  // namespace pratique
