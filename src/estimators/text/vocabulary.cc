#include "estimators/text/vocabulary.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Vocabulary> TakeVocabulary(ImportContext& context) {
  const graph::Id id = context.Take("vocabulary_");
  if (context.IsNone(id) || context.graph()[id].kind != graph::Kind::kDict)
    return context.Invalid("vocabulary_", "no dict", "a dict from words to columns");
  const auto& items = context.graph()[id].items;
  struct Word {
    std::string_view text;
    int64_t column;
  };
  std::vector<Word> vocabulary;
  for (size_t i = 0; i + 1 < items.size(); i += 2) {
    ASSIGN_OR_RETURN(std::string_view text, context.String(items[i], "vocabulary_"));
    ASSIGN_OR_RETURN(int64_t column, context.Int(items[i + 1], "vocabulary_"));
    vocabulary.push_back({text, column});
  }
  std::ranges::sort(vocabulary, {}, &Word::text);
  std::span<std::string_view> words = context.arena().New<std::string_view>(vocabulary.size());
  std::span<uint32_t> columns = context.arena().New<uint32_t>(vocabulary.size());
  for (size_t i = 0; i < vocabulary.size(); ++i) {
    if (vocabulary[i].column < 0 || static_cast<size_t>(vocabulary[i].column) >= vocabulary.size())
      return context.Unsupported("vocabulary_", absl::StrCat("column ", vocabulary[i].column),
                                 "A vocabulary's columns are 0, 1, 2, ...");
    words[i] = vocabulary[i].text;
    columns[i] = static_cast<uint32_t>(vocabulary[i].column);
  }
  return Vocabulary{words, columns};
}

}  // namespace pratique
