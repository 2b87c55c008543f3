// lightgbm/basic.py _data_from_pandas, 3.3 to 4.7; include/LightGBM/tree.h CategoricalDecision, 4.6.
#include "estimators/boosting/lightgbm_categories.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "estimators/xgboost/document.h"
#include "status_macros.h"

namespace pratique {
namespace {

using document::Document;
using graph::Id;
using graph::Kind;
using Sets = std::vector<std::array<uint32_t, 8>>;

constexpr size_t kMostCategories = kMissingCategory;
constexpr std::string_view kField = "pandas_categorical";

// Whether the graph's value says the same as JSON's.
bool IsSame(const graph::Graph& graph, Id id, const Document& json, const document::Value& value) {
  const graph::Node& node = graph[id];
  const auto is_number = [&](const graph::Node& element, double number) {
    return element.kind == Kind::kInt     ? static_cast<double>(element.integer) == number
           : element.kind == Kind::kFloat ? element.real == number
                                          : false;
  };
  if (node.kind != Kind::kList || node.items.size() != static_cast<size_t>(value.integer)) return false;
  if (value.kind == document::Kind::kNumbers) {
    for (size_t i = 0; i < node.items.size(); ++i) {
      if (!is_number(graph[node.items[i]], Document::Real(value, i))) return false;
    }
    return true;
  }
  size_t i = 0;
  for (uint32_t at = value.first; at != 0; at = json[at].next, ++i) {
    const graph::Node& element = graph[node.items[i]];
    if (json[at].kind != document::Kind::kString || element.kind != Kind::kStr || element.text != json[at].text)
      return false;
  }
  return true;
}

class Reader {
 public:
  Reader(ImportContext& context, const LightGbmText& text, HistBoosting& model)
      : context_(context), text_(text), model_(model), kinds_(text.n_features), sets_(text.sets.size()) {}

  absl::StatusOr<Sets> Run(Id pandas) {
    RETURN_IF_ERROR(FindKinds());
    const absl::StatusOr<Document> json =
        Document::ReadJson(IsFrames() ? text_.pandas_categorical : "[]", document::Reals::kFloat64);
    if (!json.ok())
      return context_.Invalid(kField, std::string(json.status().message()), "JSON, as json.loads reads it");
    if (pandas != graph::kNoId) RETURN_IF_ERROR(CheckPandas(pandas, *json));
    RETURN_IF_ERROR(IsFrames() && json->root().integer > 0 ? FrameCategories(*json) : WholeCategories());
    return std::move(sets_);
  }

 private:
  // What the splits of a feature are.
  enum : uint8_t { kNumeric = 1, kZeroMissing = 2, kCategorical = 4 };

  bool IsFrames() const { return !text_.pandas_categorical.empty() && text_.pandas_categorical != "null"; }

  absl::Status FindKinds() {
    for (const std::vector<BoostedNode>& tree : text_.trees) {
      for (const BoostedNode& node : tree) {
        if (node.is_leaf) continue;
        kinds_[node.feature] |= node.is_categorical ? kCategorical : node.zero_is_missing ? kZeroMissing : kNumeric;
      }
    }
    std::vector<uint32_t> zero_missing;
    for (uint32_t f = 0; f < kinds_.size(); ++f) {
      if (std::popcount(kinds_[f]) > 1) {
        return context_.Unsupported("decision_type", absl::StrCat("splits of two kinds on feature ", f),
                                    "Fitted on other data than the trees before? Fit it anew.");
      }
      if (kinds_[f] == kZeroMissing) zero_missing.push_back(f);
    }
    if (!zero_missing.empty()) model_.zero_missing = context_.arena().Copy<uint32_t>(zero_missing);
    return absl::OkStatus();
  }

  // The attribute decides in Python, and the text is what it was made of.
  absl::Status CheckPandas(Id pandas, const Document& json) const {
    const graph::Graph& graph = context_.graph();
    if (context_.IsNone(pandas)) return json.root().integer == 0 ? absl::OkStatus() : Differs();
    if (graph[pandas].kind != Kind::kList || json.root().kind != document::Kind::kArray ||
        graph[pandas].items.size() != static_cast<size_t>(json.root().integer))
      return Differs();
    uint32_t at = json.root().first;
    for (size_t i = 0; i < graph[pandas].items.size(); ++i, at = json[at].next) {
      if (!IsSame(graph, graph[pandas].items[i], json, json[at])) return Differs();
    }
    return absl::OkStatus();
  }
  absl::Status Differs() const {
    return context_.Unsupported(kField, "other categories than those in the model's text",
                                "Categories are text, integers or floats; they are what fit leaves behind.");
  }

  void Take(std::vector<uint32_t> features, std::span<Values> categories) {
    model_.categorical = context_.arena().Copy<uint32_t>(features);
    model_.categories = categories;
  }

  // Calls visit(category) with each of the set.
  template <class Visit>
  void ForEach(uint32_t set, Visit visit) const {
    const std::span<const uint32_t> words = text_.words_of(set);
    for (size_t i = 0; i < words.size(); ++i) {
      for (uint32_t bits = words[i]; bits != 0; bits &= bits - 1) visit(i * 32 + std::countr_zero(bits));
    }
  }
  template <class Visit>
  void ForEachSplit(Visit visit) const {
    for (const std::vector<BoostedNode>& tree : text_.trees) {
      for (const BoostedNode& node : tree) {
        if (!node.is_leaf && node.is_categorical) visit(node);
      }
    }
  }
  void AddCode(uint32_t set, size_t code) { sets_[set][code / 32] |= uint32_t{1} << code % 32; }

  // Only categories that go left somewhere differ from all others.
  absl::Status WholeCategories() {
    std::vector<uint32_t> features;
    for (uint32_t f = 0; f < kinds_.size(); ++f) {
      if (kinds_[f] == kCategorical) features.push_back(f);
    }
    const auto place = [&](uint32_t feature) {
      return static_cast<size_t>(std::ranges::lower_bound(features, feature) - features.begin());
    };
    std::vector<std::vector<size_t>> known(features.size());
    ForEachSplit([&](const BoostedNode& node) {
      std::vector<size_t>& of_feature = known[place(node.feature)];
      ForEach(node.set, [&](size_t category) { of_feature.push_back(category); });
    });
    const std::span<Values> categories = context_.arena().New<Values>(features.size());
    for (size_t k = 0; k < features.size(); ++k) {
      std::ranges::sort(known[k]);
      known[k].erase(std::unique(known[k].begin(), known[k].end()), known[k].end());
      if (known[k].size() > kMostCategories) return TooMany(features[k], known[k].size());
      if (!known[k].empty() && known[k].back() > INT32_MAX)
        return context_.Invalid("cat_threshold", absl::StrCat(known[k].back()), "a category below 2^31");
      const std::span<double> floats = context_.arena().New<double>(known[k].size());
      std::ranges::copy(known[k], floats.begin());
      categories[k].dtype = fb::DType::Float64;
      categories[k].floats = floats;
    }
    ForEachSplit([&](const BoostedNode& node) {
      const std::vector<size_t>& of_feature = known[place(node.feature)];
      ForEach(node.set, [&](size_t category) {
        AddCode(node.set, static_cast<size_t>(std::ranges::lower_bound(of_feature, category) - of_feature.begin()));
      });
    });
    model_.whole = !features.empty();
    Take(std::move(features), categories);
    return absl::OkStatus();
  }
  absl::Status TooMany(uint32_t feature, size_t n) const {
    return context_.Unsupported("categorical_feature", absl::StrCat(n, " categories of feature ", feature),
                                absl::StrCat("At most ", kMostCategories, " are read: group the rare ones."));
  }

  // Column by column of a frame; a category of the trees is its place in the list.
  absl::Status FrameCategories(const Document& json) {
    std::vector<uint32_t> features = text_.categorical;
    if (json.root().kind != document::Kind::kArray || features.size() != static_cast<size_t>(json.root().integer)) {
      return context_.Unsupported(kField, "categories of other columns than the categorical features",
                                  "Fit it on a frame whose columns of categories are unordered, with "
                                  "categorical_feature='auto'.");
    }
    const std::span<Values> categories = context_.arena().New<Values>(features.size());
    std::vector<std::vector<uint32_t>> codes(features.size());  // of each place in the list
    uint32_t at = json.root().first;
    for (size_t k = 0; k < features.size(); ++k, at = json[at].next) {
      if (json[at].integer > static_cast<int64_t>(kMostCategories) && json[at].kind != document::Kind::kInt)
        return TooMany(features[k], static_cast<size_t>(json[at].integer));
      RETURN_IF_ERROR(OneFrameColumn(json, json[at], categories[k], codes[k]));
    }
    for (uint32_t f = 0; f < kinds_.size(); ++f) {
      if (kinds_[f] != 0 && (kinds_[f] == kCategorical) != std::ranges::binary_search(features, f))
        return context_.Invalid("categorical_feature", "another feature", "those of the categorical splits");
    }
    bool beyond = false;
    ForEachSplit([&](const BoostedNode& node) {
      const std::vector<uint32_t>& of_feature =
          codes[static_cast<size_t>(std::ranges::lower_bound(features, node.feature) - features.begin())];
      ForEach(node.set, [&](size_t category) {
        beyond |= category >= of_feature.size();
        if (category < of_feature.size()) AddCode(node.set, of_feature[category]);
      });
    });
    if (beyond) return context_.Invalid("cat_threshold", "a category beyond pandas_categorical", "one of them");
    model_.frames_only = true;
    Take(std::move(features), categories);
    return absl::OkStatus();
  }

  absl::Status OneFrameColumn(const Document& json, const document::Value& list, Values& values,
                              std::vector<uint32_t>& codes) {
    const auto other = [&] {
      return context_.Unsupported(kField, "categories that are neither text, integers nor floats",
                                  "Make them text before fit.");
    };
    const size_t n = static_cast<size_t>(list.integer);
    Arena& arena = context_.arena();
    const auto sorted = [&](auto&& known, auto kept) {
      std::vector<uint32_t> order(n);
      std::iota(order.begin(), order.end(), 0U);
      std::ranges::sort(order, [&](uint32_t a, uint32_t b) { return known[a] < known[b]; });
      codes.resize(n);
      for (uint32_t i = 0; i < n; ++i) {
        kept[i] = known[order[i]];
        codes[order[i]] = i;
      }
      return std::ranges::adjacent_find(kept) == kept.end();
    };
    bool distinct = true;
    if (list.kind == document::Kind::kNumbers && (list.element == 'l' || list.element == 'L')) {
      std::vector<int64_t> known;
      for (size_t i = 0; i < n; ++i) known.push_back(Document::Integer(list, i));
      const std::span<int64_t> kept = arena.New<int64_t>(n);
      distinct = sorted(known, kept);
      values.dtype = fb::DType::Int64;
      values.ints = kept;
    } else if (list.kind == document::Kind::kNumbers && list.element == 'D') {
      std::vector<double> known;
      for (size_t i = 0; i < n; ++i) known.push_back(Document::Real(list, i));
      if (!std::ranges::all_of(known, [](double x) { return x - x == 0; })) return other();
      const std::span<double> kept = arena.New<double>(n);
      distinct = sorted(known, kept);
      values.dtype = fb::DType::Float64;
      values.floats = kept;
    } else if (list.kind == document::Kind::kArray) {
      std::vector<std::string_view> known;
      for (uint32_t i = list.first; i != 0; i = json[i].next) {
        if (json[i].kind != document::Kind::kString) return other();
        known.push_back(arena.Copy(json[i].text));
      }
      const std::span<std::string_view> kept = arena.New<std::string_view>(n);
      distinct = sorted(known, kept);
      values.dtype = fb::DType::String;
      values.strings = kept;
    } else {
      return other();
    }
    return distinct ? absl::OkStatus() : context_.Invalid(kField, "a category twice", "distinct categories");
  }

  ImportContext& context_;
  const LightGbmText& text_;
  HistBoosting& model_;
  std::vector<uint8_t> kinds_;
  Sets sets_;
};

}  // namespace

absl::StatusOr<Sets> ImportCategories(ImportContext& context, const LightGbmText& text, Id pandas,
                                      HistBoosting& model) {
  absl::StatusOr<Sets> sets = Reader(context, text, model).Run(pandas);
  if (!sets.ok() && !GetRejection(sets.status()))
    return context.Invalid(kField, std::string(sets.status().message()), "JSON");
  return sets;
}

}  // namespace pratique
