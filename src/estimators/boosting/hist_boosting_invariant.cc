#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "estimators/boosting/hist_boosting.h"
#include "estimators/boosting/raw_scores.h"
#include "estimators/preprocessing/category_lookup.h"
#include "state/invariant/ascending.h"
#include "state/invariant/breadth_first.h"
#include "state/invariant/first_use.h"
#include "state/invariant/ragged.h"

namespace pratique {
namespace {

constexpr size_t kMostCodes = kMissingCategory;  // of categories
constexpr size_t kNarrowCuts = 254, kMostCuts = 65534;

std::string At(const char* field, size_t i) { return absl::StrCat(field, "[", i, "]"); }

// Infinity needs no code above it: no number is.
size_t HighestCode(Array<double> cuts) { return cuts.size() - (!cuts.empty() && cuts.back() == INFINITY ? 1 : 0); }

// Scores of LightGBM: of numbers any, else one a class.
std::optional<Violation> CheckAnyLink(const HistBoosting& model) {
  const bool sloped = model.link == fb::Link::Logit || model.link == fb::Link::Sigmoids;
  if (model.slope != 0 && !sloped)
    return Violation{"slope", "link", absl::StrCat(model.slope), "0 of another link than Logit and Sigmoids"};
  const Array<Values> classes = model.classes;
  if (!IsOfLightGbm(model.link)) {
    const bool of_numbers = model.link == fb::Link::Identity || model.link == fb::Link::Log;
    if (classes.empty() && of_numbers) return std::nullopt;
    return CheckLink(model.link, classes, model.n_scores);
  }
  if (model.link == fb::Link::PlainSoftmax && model.n_scores < 2)
    return Violation{"n_scores", "link", "1 for PlainSoftmax", "at least 2"};
  if (classes.empty()) return std::nullopt;
  if (classes.size() > 1) return Violation{"classes", "link", absl::StrCat(classes.size(), " outputs"), "one, or none"};
  if (auto v = classes[0].Invariant("classes[0]")) return v;
  if (classes[0].missing != fb::Missing::No)
    return Violation{"classes[0].missing", "link", fb::EnumNameMissing(classes[0].missing), "No"};
  if (!IsOfManyClasses(model.link)) return Violation{"link", "link", fb::EnumNameLink(model.link), "one of classes"};
  if (classes[0].size() == model.n_scores && model.n_scores > 1) return std::nullopt;
  return Violation{"n_scores", "link", absl::StrCat(model.n_scores, " scores for ", classes[0].size(), " classes"),
                   "one a class"};
}

std::optional<Violation> CheckCuts(const HistBoosting& model) {
  if (auto v = invariant::OffsetsForEach("cut_offsets", model.cut_offsets.size(), model.n_features_in)) return v;
  for (size_t i = 0; i < model.cuts.size(); ++i) {
    if (std::isnan(model.cuts[i])) return Violation{At("cuts", i), "cuts", "nan", "a number"};
    // -0 and 0 are one cut.
    if (model.cuts[i] == 0 && std::signbit(model.cuts[i])) return Violation{At("cuts", i), "cuts", "-0", "0"};
  }
  for (size_t f = 0; f < model.n_features_in; ++f) {
    const Array<double> cuts = model.cuts_of(f);
    if (auto i = invariant::FirstNotAscending(cuts)) {
      return Violation{At("cuts", model.cut_offsets[f] + *i), "cuts", absl::StrCat(cuts[*i]),
                       absl::StrCat("above ", cuts[*i - 1])};
    }
    if (HighestCode(cuts) > kMostCuts) {
      return Violation{At("cut_offsets", f + 1), "cuts", absl::StrCat(cuts.size(), " cuts"),
                       absl::StrCat("at most ", kMostCuts)};
    }
  }
  return std::nullopt;
}

std::optional<Violation> CheckCategories(const HistBoosting& model) {
  for (size_t k = 0; k < model.categorical.size(); ++k) {
    const Values& values = model.categories[k];
    const std::string at = At("categories", k);
    if (auto v = values.Invariant(at)) return v;
    if (NumberOfCodes(values) > kMostCodes)
      return Violation{at, "categories", absl::StrCat(NumberOfCodes(values)), absl::StrCat("at most ", kMostCodes)};
    if (auto i = WithKnown(values, [](auto list) { return invariant::FirstNotAscending(list); }))
      return Violation{at, "categories", absl::StrCat("not ascending at ", *i), "ascending"};
    if (!model.cuts_of(model.categorical[k]).empty())
      return Violation{"cut_offsets", "cuts", "cuts of a categorical feature", "none"};
    if (!model.truncated && !model.whole) continue;
    const bool plain = values.dtype == fb::DType::Float64 && values.missing == fb::Missing::No;
    if (!plain) return Violation{at, "categories", "another kind", "integers as floats: cells are truncated"};
    const double most = model.truncated ? kMostCodes - 1 : INT32_MAX;
    for (double value : values.floats) {
      if (value >= 0 && value <= most && value == std::floor(value) && !std::signbit(value)) continue;
      return Violation{at, "categories", absl::StrCat(value), absl::StrCat("an integer of 0 to ", most)};
    }
  }
  if (model.truncated + model.whole + model.frames_only > 1)
    return Violation{model.truncated ? "truncated" : "whole", "categories", "true", "false: another way is said"};
  if ((model.truncated || model.whole || model.frames_only) && model.categorical.empty()) {
    return Violation{model.truncated ? "truncated"
                     : model.whole   ? "whole"
                                     : "frames_only",
                     "categories", "true", "false: there are no categories"};
  }
  for (uint32_t feature : model.zero_missing) {
    if (std::ranges::binary_search(model.categorical, feature))
      return Violation{"zero_missing", "categories", absl::StrCat(feature), "a feature that is not categorical"};
  }
  return std::nullopt;
}

// Of linear trees: only leaves have constants and terms.
std::optional<Violation> CheckTerms(const HistBoosting& model) {
  const bool linear = model.is_linear();
  if (linear != (model.term_offsets.data() != nullptr) || linear != (model.term_features.data() != nullptr) ||
      linear != (model.coefficients.data() != nullptr))
    return Violation{"constants", "terms", "some fields of linear trees", "all of them, or none"};
  if (!linear) return std::nullopt;
  if (model.frames_only || (!model.categorical.empty() && !model.whole))
    return Violation{"constants", "terms", "linear trees of categories that are no numbers", "whole ones"};
  const size_t n = model.values.size();
  if (auto v = invariant::OffsetsForEach("term_offsets", model.term_offsets.size(), n)) return v;
  const CodeBits bits = model.bits();
  size_t tree = 0, root = 0;
  for (size_t i = 0; i < n; ++i) {
    if (tree < model.roots.size() && model.roots[tree] == i) root = model.roots[tree++];
    if (bits.left(model.node(i)) == i - root) continue;  // a leaf
    if (model.constants[i] != 0) return Violation{At("constants", i), "terms", "another number", "0 at a split"};
    if (model.term_offsets[i] != model.term_offsets[i + 1])
      return Violation{At("term_offsets", i + 1), "terms", "terms of a split", "none"};
  }
  return std::nullopt;
}

// The trees, node by node.
class NodeChecker {
 public:
  explicit NodeChecker(const HistBoosting& model)
      : model_(model),
        bits_(model.bits()),
        order_(model.values.size(), model.roots),
        sets_(model.n_left_sets()),
        used_(model.cuts.size()),
        category_of_(model.categorical.begin(), model.categorical.end()) {}

  std::optional<Violation> Run() {
    const size_t n = model_.values.size();
    for (size_t i = 0, tree = 0, root = 0; i < n; ++i) {
      if (order_.lacks_root()) {
        return Violation{"roots", "breadth_first", absl::StrCat("no root at node ", i, ", where a tree begins"),
                         "the first node of every tree"};
      }
      if (tree < model_.roots.size() && model_.roots[tree] == i) root = model_.roots[tree++];
      if (auto v = CheckNode(i, i - root)) return v;
    }
    if (!order_.Complete()) {
      return Violation{"roots", "breadth_first", absl::StrCat(model_.roots.size(), " roots for ", n, " nodes"),
                       "whole trees, one root each"};
    }
    if (!sets_.Complete()) {
      return Violation{"left_sets", "first_use", absl::StrCat(model_.n_left_sets(), " sets"),
                       absl::StrCat(sets_.used(), ", as many as are used")};
    }
    if (any_missing_ != model_.missing)
      return Violation{"missing", "coded_nodes", model_.missing ? "true" : "false",
                       "true when a split sends what is missing left"};
    const auto unused = std::ranges::find(used_, false);
    if (unused == used_.end()) return std::nullopt;
    return Violation{At("cuts", static_cast<size_t>(unused - used_.begin())), "cuts", "a cut", "one that a split uses"};
  }

 private:
  Violation AtNode(size_t i, std::string rule, std::string got, std::string expected) const {
    return {At(model_.nodes.data() != nullptr ? "nodes" : "wide_nodes", i), std::move(rule), std::move(got),
            std::move(expected)};
  }

  std::optional<Violation> CheckNode(size_t i, uint64_t itself) {
    const uint64_t node = model_.node(i), left = bits_.left(node);
    const bool is_split = left != itself;
    const uint64_t right = is_split ? left + 1 : itself;
    const uint64_t expected = order_.expected_right(is_split);
    if (!order_.Add(is_split, right)) {
      return AtNode(i, "breadth_first", absl::StrCat("left ", left),
                    absl::StrCat(expected - 1, ", of the next free pair of nodes, or the leaf itself"));
    }
    if (!is_split) {
      if (node == bits_.leaf(itself)) return std::nullopt;
      return AtNode(i, "coded_nodes", absl::StrCat("0x", absl::Hex(node)),
                    absl::StrCat("0x", absl::Hex(bits_.leaf(itself)), ", the leaf"));
    }
    if (std::bit_cast<uint64_t>(model_.values[i]) != 0)
      return Violation{At("values", i), "coded_nodes", absl::StrCat(model_.values[i]), "0 at a split"};
    any_missing_ |= bits_.missing_goes_left(node);
    if (bits_.total() < 64 && node >> bits_.total() != 0)
      return AtNode(i, "coded_nodes", absl::StrCat("0x", absl::Hex(node)),
                    absl::StrCat("at most ", bits_.total(), " bits"));
    return CheckSplit(i, bits_.feature(node), bits_.code(node), bits_.has_set(node));
  }

  std::optional<Violation> CheckSplit(size_t i, uint64_t feature, uint64_t code, bool has_set) {
    if (feature >= model_.n_features_in) {
      return AtNode(i, "coded_nodes", absl::StrCat("feature ", feature), absl::StrCat("below ", model_.n_features_in));
    }
    const auto category = std::ranges::lower_bound(category_of_, feature);
    const bool is_category = category != category_of_.end() && *category == feature;
    if (has_set != is_category) {
      return AtNode(i, "coded_nodes", has_set ? "a left set" : "a cut", is_category ? "a left set" : "a cut");
    }
    if (!has_set) {
      const size_t n = model_.cuts_of(feature).size();
      if (code >= n) return AtNode(i, "coded_nodes", absl::StrCat("code ", code), absl::StrCat("below ", n));
      used_[model_.cut_offsets[feature] + code] = true;
      return std::nullopt;
    }
    if (!sets_.Use(code)) {
      return AtNode(i, "first_use", absl::StrCat("left set ", code),
                    absl::StrCat("one used before, or the next one, ", sets_.used(), ", of ", model_.n_left_sets()));
    }
    const size_t n = NumberOfCodes(model_.categories[static_cast<size_t>(category - category_of_.begin())]);
    for (size_t word = 0; word < 8; ++word) {
      const uint32_t set = model_.left_sets[code * 8 + word];
      const size_t first = word * 32;
      const bool inside = n >= first + 32 || (n <= first ? set == 0 : set >> (n - first) == 0);
      if (!inside)
        return Violation{At("left_sets", code * 8 + word), "left_sets", absl::StrCat("0x", absl::Hex(set)),
                         absl::StrCat("codes below ", n)};
    }
    return std::nullopt;
  }

  const HistBoosting& model_;
  const CodeBits bits_;
  BreadthFirst order_;
  FirstUse sets_;
  std::vector<bool> used_;
  std::vector<uint32_t> category_of_;
  bool any_missing_ = false;
};

}  // namespace

size_t NumberOfCodes(const Values& categories) {
  const bool has_none = categories.missing == fb::Missing::None || categories.missing == fb::Missing::NoneAndNaN;
  return categories.size() + has_none;
}

bool HistBoosting::has_wide_codes() const {
  for (size_t f = 0; f < n_features_in; ++f) {
    if (HighestCode(cuts_of(f)) > kNarrowCuts) return true;
  }
  return false;
}

CodeBits HistBoosting::bits() const {
  uint64_t largest = 1;
  for (size_t i = 0; i < roots.size(); ++i)
    largest = std::max<uint64_t>(largest, (i + 1 < roots.size() ? roots[i + 1] : values.size()) - roots[i]);
  return CodeBits::Of(n_features_in, largest, has_wide_codes(), n_left_sets(), missing);
}

CodedTrees HistBoosting::trees() const {
  return {nodes.data(), wide_nodes.data(), values.data(), roots, bits(), left_sets.data()};
}

std::optional<Violation> HistBoosting::Invariant() const {
  if (auto v = CheckAnyLink(*this)) return v;
  if (labels_by_probability && classes.empty())
    return Violation{"labels_by_probability", "link", "true", "false: there are no labels"};
  if (stages && (averaged || is_linear())) return Violation{"stages", "link", "true", "false: of scikit-learn's own"};
  if (roots.empty()) return Violation{"roots", "min", "no trees", "at least one tree"};
  if (roots.size() % n_scores != 0)
    return Violation{"roots", "n_scores", absl::StrCat(roots.size(), " trees"),
                     absl::StrCat("as many for each of ", n_scores, " scores")};
  if (auto v = CheckCuts(*this)) return v;
  if (auto v = CheckCategories(*this)) return v;
  const uint32_t total = bits().total();
  const bool narrow = total <= 32;
  if ((nodes.data() != nullptr) != narrow || (wide_nodes.data() != nullptr) == narrow || total > 64) {
    return Violation{narrow ? "nodes" : "wide_nodes", "coded_nodes", "another form",
                     absl::StrCat(total, " bits: ", narrow ? "nodes" : "wide_nodes", " alone, of at most 64")};
  }
  if (auto v = NodeChecker(*this).Run()) return v;
  return CheckTerms(*this);
}

}  // namespace pratique
