#include "estimators/text/analyzer.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "estimators/text/stop_words.h"
#include "model/input_error.h"
#include "status_macros.h"
#include "text/python_str.h"

namespace pratique {
namespace {

constexpr int64_t kMostN = 64;

using text::AppendUtf8;
using View = std::u32string_view;
using Take = std::function<void(std::string_view)>;

class Utf8 {
 public:
  explicit Utf8(const Take& take) : take_(take) {}
  void operator()(View feature) {
    buffer_.clear();
    AppendUtf8(feature, buffer_);
    take_(buffer_);
  }

 private:
  const Take& take_;
  std::string buffer_;
};

// re.sub(r"\s\s+", " ", text)
std::u32string OneSpace(View text) {
  std::u32string result;
  for (size_t i = 0; i < text.size();) {
    size_t end = i;
    while (end < text.size() && text::IsSpace(text[end])) ++end;
    if (end - i >= 2) {
      result.push_back(U' ');
      i = end;
    } else {
      result.push_back(text[i++]);
    }
  }
  return result;
}

// _char_ngrams
void CharNGrams(View text, size_t min_n, size_t max_n, Utf8 take) {
  for (size_t n = min_n; n <= std::min(max_n, text.size()); ++n) {
    for (size_t i = 0; i + n <= text.size(); ++i) take(text.substr(i, n));
  }
}

// _char_wb_ngrams: of each word between two spaces; a word that is shorter than n counts once.
void WordBoundaryNGrams(View text, size_t min_n, size_t max_n, Utf8 take) {
  std::u32string word;
  for (size_t i = 0; i < text.size();) {
    if (text::IsSpace(text[i])) {
      ++i;
      continue;
    }
    size_t end = i;
    while (end < text.size() && !text::IsSpace(text[end])) ++end;
    word.assign(1, U' ');
    word.append(text.substr(i, end - i)).push_back(U' ');
    for (size_t n = min_n; n <= max_n; ++n) {
      take(View(word).substr(0, n));
      size_t offset = 0;
      while (offset + n < word.size()) take(View(word).substr(++offset, n));
      if (offset == 0) break;
    }
    i = end;
  }
}

// _word_ngrams: tokens that are no stop words, joined by spaces.
void WordNGrams(const TextAnalyzer& a, View text, const Take& take) {
  std::string all;  // the tokens, a space behind each
  std::vector<size_t> begins;
  a.pattern.FindAll(text, [&](size_t begin, size_t end) {
    const size_t at = all.size();
    AppendUtf8(text.substr(begin, end - begin), all);
    const std::string_view token = std::string_view(all).substr(at);
    if (std::ranges::binary_search(a.stop_words, token)) {
      all.resize(at);
      return;
    }
    begins.push_back(at);
    all += ' ';
  });
  const size_t n_tokens = begins.size();
  begins.push_back(all.size());
  for (size_t n = a.min_n; n <= std::min<size_t>(a.max_n, n_tokens); ++n) {
    for (size_t i = 0; i + n <= n_tokens; ++i)
      take(std::string_view(all).substr(begins[i], begins[i + n] - 1 - begins[i]));
  }
}

absl::Status RefuseCallable(ImportContext& context, std::string_view attribute) {
  const graph::Id id = context.Take(attribute);
  if (context.IsNone(id)) return absl::OkStatus();
  return context.Unsupported(attribute, "a function", "Only the vectorizer's own analysis of text is supported.");
}

absl::StatusOr<fb::Accents> AccentsOf(ImportContext& context) {
  const graph::Id id = context.Take("strip_accents");
  if (context.IsNone(id)) return fb::Accents::Keep;
  if (context.graph()[id].kind != graph::Kind::kStr)
    return context.Unsupported("strip_accents", "a function", "ascii, unicode and None are supported.");
  const std::string_view name = context.graph()[id].text;
  if (name == "ascii") return fb::Accents::Ascii;
  if (name == "unicode") return fb::Accents::Unicode;
  return context.Unsupported("strip_accents", name, "ascii, unicode and None are supported.");
}

absl::StatusOr<Strings> StopWordsOf(ImportContext& context) {
  const graph::Id id = context.Take("stop_words");
  if (context.IsNone(id)) return Strings();
  const graph::Node& node = context.graph()[id];
  std::vector<std::string_view> words;
  if (node.kind == graph::Kind::kStr) {
    if (node.text != "english")
      return context.Unsupported("stop_words", node.text, "english, lists of words and None are supported.");
    words.assign(std::begin(kEnglishStopWords), std::end(kEnglishStopWords));
  } else {
    if (node.kind != graph::Kind::kList && node.kind != graph::Kind::kTuple && node.kind != graph::Kind::kSet) {
      ASSIGN_OR_RETURN(Strings array, context.StringArray(id, "stop_words"));
      words.assign(array.begin(), array.end());
    }
    for (graph::Id item : node.items) {
      if (node.kind == graph::Kind::kArray) break;
      ASSIGN_OR_RETURN(std::string_view word, context.String(item, "stop_words"));
      words.push_back(word);
    }
  }
  std::ranges::sort(words);
  words.erase(std::unique(words.begin(), words.end()), words.end());
  return context.arena().Copy(std::span<const std::string_view>(words));
}

}  // namespace

std::optional<Violation> TextAnalyzer::Invariant() const {
  if (min_n > max_n)
    return Violation{"analysis.min_n", "ngram_range", absl::StrCat(min_n), absl::StrCat("at most max_n, ", max_n)};
  auto violation = pattern.Invariant();
  if (violation) violation->field = absl::StrCat("analysis.pattern.", violation->field);
  return violation;
}

absl::Status TextAnalyzer::Import(ImportContext& context) {
  RETURN_IF_ERROR(RefuseCallable(context, "tokenizer"));
  RETURN_IF_ERROR(RefuseCallable(context, "preprocessor"));
  const graph::Id input = context.Take("input");
  if (!context.IsNone(input)) {
    ASSIGN_OR_RETURN(std::string_view kind, context.String(input, "input"));
    if (kind != "content")
      return context.Unsupported("input", kind, "Documents are given as text; no file is opened by name.");
  }
  const graph::Id analyzer_id = context.Take("analyzer");
  if (context.IsNone(analyzer_id) || context.graph()[analyzer_id].kind != graph::Kind::kStr)
    return context.Unsupported("analyzer", "a function", "word, char and char_wb are supported.");
  const std::string_view name = context.graph()[analyzer_id].text;
  if (name == "word")
    analyzer = fb::Analyzer::Word;
  else if (name == "char")
    analyzer = fb::Analyzer::Char;
  else if (name == "char_wb")
    analyzer = fb::Analyzer::CharWb;
  else
    return context.Unsupported("analyzer", name, "word, char and char_wb are supported.");
  ASSIGN_OR_RETURN(lowercase, context.Bool(context.Take("lowercase"), "lowercase"));
  ASSIGN_OR_RETURN(accents, AccentsOf(context));
  ASSIGN_OR_RETURN(NdArray<int64_t> n,
                   context.Ints(context.Take("ngram_range"), "ngram_range", ImportContext::Of::kSequence));
  if (n.values.size() != 2 || n.values[0] < 1 || n.values[1] < n.values[0] || n.values[1] > kMostN)
    return context.Unsupported("ngram_range", "a pair that is no range", "n-grams of up to 64 are supported.");
  min_n = static_cast<uint32_t>(n.values[0]);
  max_n = static_cast<uint32_t>(n.values[1]);
  // It is compared with the identity of stop_words.
  if (const graph::Id id = context.Take("_stop_words_id");
      id != graph::kNoId && context.graph()[id].kind == graph::Kind::kArray)
    return context.Unsupported("_stop_words_id", "an array", "Delete it: transform makes it anew.");
  const graph::Id pattern_id = context.Take("token_pattern"), words = context.Take("stop_words");
  std::string_view python = R"((?u)\b\w\w+\b)";  // what is not asked for is stored as the default
  if (analyzer == fb::Analyzer::Word) {
    ASSIGN_OR_RETURN(python, context.String(pattern_id, "token_pattern"));
    if (!context.IsNone(words)) {
      ASSIGN_OR_RETURN(stop_words, StopWordsOf(context));
    }
  }
  std::vector<uint32_t> ranges;
  const auto parsed = ParseTokenPattern(text::CodePoints(python), ranges);
  if (!parsed) {
    return context.Unsupported(
        "token_pattern", python,
        "Supported are patterns for runs of one class of characters, such as (?u)\\b\\w\\w+\\b, \\w+, [a-z]{3,}.");
  }
  pattern = *parsed;
  pattern.ranges = context.arena().Copy(std::span<const uint32_t>(ranges));
  return absl::OkStatus();
}

void TextAnalyzer::Analyze(std::string_view document, const Take& take) const {
  std::u32string text = text::CodePoints(document);
  if (lowercase) text = text::Lower(text);
  if (accents == fb::Accents::Ascii) text = text::StripAccentsAscii(text);
  if (accents == fb::Accents::Unicode) text = text::StripAccentsUnicode(text);
  switch (analyzer) {
    case fb::Analyzer::Word:
      return WordNGrams(*this, text, take);
    case fb::Analyzer::Char:
      return CharNGrams(OneSpace(text), min_n, max_n, Utf8(take));
    case fb::Analyzer::CharWb:
      return WordBoundaryNGrams(OneSpace(text), min_n, max_n, Utf8(take));
  }
}

absl::StatusOr<std::span<const std::string_view>> Documents(const Data& X, Run& run) {
  const auto* frame = std::get_if<FrameView>(&X);
  if (frame == nullptr || frame->columns.size() != 1 || frame->columns[0].dtype != DType::kString) {
    return BadInput(
        "input.documents",
        absl::StrCat("X has ", Cols(X), " columns, but a text vectorizer takes documents: one column of text"),
        frame == nullptr ? "numbers" : absl::StrCat(Cols(X), " columns"), "one column of text");
  }
  const Column& column = frame->columns[0];
  for (size_t i = 0; i < column.marks.size(); ++i) {
    if (column.lacks(i))
      return BadInput("input.missing",
                      absl::StrCat("row ", run.first_row + i, ": a missing value is an invalid document"), "missing",
                      "text");
  }
  return column.strings;
}

}  // namespace pratique
