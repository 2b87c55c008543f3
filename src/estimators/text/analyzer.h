// From a document to the words or n-grams that are counted.
// Source: sklearn/feature_extraction/text.py _VectorizerMixin (1.9).
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "estimators/text/token_pattern.h"
#include "import/sklearn/import_context.h"
#include "model/run.h"
#include "text_generated.h"

namespace pratique {

struct TextAnalyzer {
  using Schema = fb::TextAnalyzer;
  BOOST_HANA_DEFINE_STRUCT(TextAnalyzer, (fb::Analyzer, analyzer), (bool, lowercase), (fb::Accents, accents),
                           (TokenPattern, pattern), (Strings, stop_words), (uint32_t, min_n), (uint32_t, max_n));

  std::optional<Violation> Invariant() const;
  // The parameters of a vectorizer. Callables, other inputs than text, and patterns that are no run of one class of
  // characters are refused by name.
  absl::Status Import(ImportContext& context);
  // Calls take(feature, UTF-8) for each word or n-gram of one document, in no particular order, repeated as it occurs.
  void Analyze(std::string_view document, const std::function<void(std::string_view)>& take) const;
};

// The documents of X: one column of text, none missing. "input.documents", "input.missing".
absl::StatusOr<std::span<const std::string_view>> Documents(const Data& X, Run& run);

}  // namespace pratique
