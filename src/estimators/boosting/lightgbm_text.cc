#include "estimators/boosting/lightgbm_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "absl/strings/str_cat.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {
namespace {

using namespace std::string_view_literals;

constexpr uint64_t kMaxFeatures = 1 << 24, kMaxScores = 1 << 16;

absl::Status Wrong(std::string_view where, std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(std::string(where), ": ", std::string(what)));
}

template <class T>
bool Parse(std::string_view word, T& number) {
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size();
}

// What LightGBM writes, all of it: its reader takes a line to end elsewhere, a key to begin elsewhere and no more than
// 22 lines of a tree, so that a text with other keys could be another model there (LoadModelFromString, Tree::Tree).
constexpr std::string_view kFlags = "tree average_output";
constexpr std::string_view kOfModels =
    "version num_class num_tree_per_iteration label_index max_feature_idx objective feature_names monotone_constraints "
    "feature_infos tree_sizes";
constexpr std::string_view kOfTrees =
    "Tree num_leaves num_cat split_feature threshold decision_type left_child right_child leaf_value cat_boundaries "
    "cat_threshold is_linear leaf_const num_features leaf_features leaf_coeff";
// Of trees, too: what predict does not read.
constexpr std::string_view kOfSplits = "split_gain internal_value internal_weight internal_count";
constexpr std::string_view kOfLeaves = "leaf_weight leaf_count";
constexpr std::string_view kOfOne = "shrinkage";

// Lines up to an empty one, "key=value" or a flag alone, each once.
class Section {
 public:
  // Reads it off the front of `text`, and the empty lines behind it. Its keys are among `known`.
  static absl::StatusOr<Section> Read(std::string_view& text, std::initializer_list<std::string_view> known) {
    Section section;
    while (!text.empty()) {
      const size_t end = text.find('\n');
      const std::string_view line = text.substr(0, end);
      text.remove_prefix(end == text.npos ? text.size() : end + 1);
      if (line.empty()) break;
      if (line.find_first_of("\r\0"sv) != line.npos) return Wrong("a line", "a byte that ends it for LightGBM");
      const size_t equals = line.find('=');
      const std::string_view key = line.substr(0, equals);
      const bool is_known = std::ranges::any_of(known, [&](std::string_view words) { return HasWord(words, key); });
      if (!is_known) return absl::UnimplementedError(absl::StrCat("key '", std::string(key.substr(0, 40)), "'"));
      if ((equals == line.npos) != HasWord(kFlags, key)) return Wrong(key, "not one key and its value");
      const std::string_view value = equals == line.npos ? std::string_view() : line.substr(equals + 1);
      if (key != "feature_names" && value.find('=') != value.npos) return Wrong(key, "a second `=`");
      if (!section.values_.try_emplace(key, value).second) return Wrong(key, "twice");
    }
    while (text.starts_with('\n')) text.remove_prefix(1);
    return section;
  }

  bool Has(std::string_view key) const { return values_.contains(key); }
  std::string_view operator[](std::string_view key) const {
    const auto found = values_.find(key);
    return found == values_.end() ? std::string_view() : found->second;
  }
  absl::StatusOr<uint64_t> Number(std::string_view key, uint64_t least, uint64_t most) const {
    uint64_t number = 0;
    if (!Parse((*this)[key], number) || number < least || number > most)
      return Wrong(key, absl::StrCat("not a number of ", least, " to ", most));
    return number;
  }
  // `size` numbers with a space between them; with more of them if `loose`.
  template <class T>
  absl::StatusOr<std::vector<T>> Numbers(std::string_view key, size_t size, bool loose = false) const {
    std::vector<T> numbers;
    std::string_view rest = (*this)[key];
    const auto skip = [&] {
      while (loose && rest.starts_with(' ')) rest.remove_prefix(1);
    };
    skip();
    if (rest.size() < size) return Wrong(key, absl::StrCat("not ", size, " numbers"));
    numbers.reserve(size);
    while (!rest.empty()) {
      const size_t space = rest.find(' ');
      T number;
      if (!Parse(rest.substr(0, space), number) || numbers.size() == size)
        return Wrong(key, absl::StrCat("not ", size, " numbers"));
      numbers.push_back(number);
      rest.remove_prefix(space == rest.npos ? rest.size() : space + 1);
      skip();
    }
    if (numbers.size() != size) return Wrong(key, absl::StrCat("not ", size, " numbers"));
    return numbers;
  }

 private:
  std::map<std::string_view, std::string_view> values_;
};

// The sets of one tree to the model's: how many words each has, all one after the other.
absl::Status ReadSets(const Section& section, size_t n_sets, LightGbmText& model) {
  if (n_sets == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<uint32_t> ends, section.Numbers<uint32_t>("cat_boundaries", n_sets + 1));
  for (size_t i = 0; i < n_sets; ++i) {
    if (ends[i] > ends[i + 1] || ends[0] != 0) return Wrong("cat_boundaries", "not ascending from 0");
  }
  ASSIGN_OR_RETURN(std::vector<uint32_t> words, section.Numbers<uint32_t>("cat_threshold", ends[n_sets]));
  for (size_t i = 0; i < n_sets; ++i)
    model.sets.push_back({model.words.size() + ends[i], size_t{ends[i + 1]} - ends[i]});
  model.words.insert(model.words.end(), words.begin(), words.end());
  return absl::OkStatus();
}

// The leaves of one tree, linear or of their values alone, to the model's.
absl::Status ReadLeaves(const Section& section, std::span<const double> values, LightGbmText& model) {
  const std::string_view linear = section["is_linear"];
  if (!linear.empty() && linear != "0" && linear != "1") return Wrong("is_linear", "not 0 or 1");
  if (linear != "1") {
    for (double value : values) model.leaves.push_back({value, model.coefficients.size(), 0});
    return absl::OkStatus();
  }
  model.is_linear = true;
  ASSIGN_OR_RETURN(std::vector<double> constants, section.Numbers<double>("leaf_const", values.size()));
  ASSIGN_OR_RETURN(std::vector<uint32_t> counts, section.Numbers<uint32_t>("num_features", values.size()));
  uint64_t n = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (!std::isfinite(constants[i])) return Wrong("leaf_const", "a number that is not finite");
    model.leaves.push_back({constants[i], model.coefficients.size() + n, counts[i]});
    n += counts[i];
  }
  ASSIGN_OR_RETURN(std::vector<uint32_t> features, section.Numbers<uint32_t>("leaf_features", n, /*loose=*/true));
  ASSIGN_OR_RETURN(std::vector<double> coefficients, section.Numbers<double>("leaf_coeff", n, /*loose=*/true));
  for (size_t i = 0; i < n; ++i) {
    if (features[i] >= model.n_features) return Wrong("leaf_features", absl::StrCat(features[i], " is no feature"));
    if (!std::isfinite(coefficients[i])) return Wrong("leaf_coeff", "a number that is not finite");
  }
  model.term_features.insert(model.term_features.end(), features.begin(), features.end());
  model.coefficients.insert(model.coefficients.end(), coefficients.begin(), coefficients.end());
  return absl::OkStatus();
}

absl::Status CheckUnread(const Section& section, size_t n_splits) {
  if (n_splits == 0) return absl::OkStatus();  // LightGBM reads no further
  absl::Status status;
  const auto check = [&](std::string_view keys, size_t size) {
    ForEachWord(keys, [&](std::string_view key) {
      if (section.Has(key)) status.Update(section.Numbers<double>(key, size).status());
    });
  };
  check(kOfSplits, n_splits);
  check(kOfLeaves, n_splits + 1);
  check(kOfOne, 1);
  return status;
}

absl::StatusOr<std::vector<BoostedNode>> ReadTree(const Section& section, LightGbmText& model) {
  const uint32_t n_features = model.n_features;
  ASSIGN_OR_RETURN(uint64_t n_leaves, section.Number("num_leaves", 1, INT32_MAX));
  ASSIGN_OR_RETURN(uint64_t n_categorical, section.Number("num_cat", 0, INT32_MAX));
  ASSIGN_OR_RETURN(std::vector<double> values, section.Numbers<double>("leaf_value", n_leaves));
  for (double value : values) {
    if (!std::isfinite(value)) return Wrong("leaf_value", "a number that is not finite");
  }
  const size_t n_splits = n_leaves - 1;
  RETURN_IF_ERROR(CheckUnread(section, n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> left, section.Numbers<int32_t>("left_child", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> right, section.Numbers<int32_t>("right_child", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> features, section.Numbers<int32_t>("split_feature", n_splits));
  ASSIGN_OR_RETURN(std::vector<double> thresholds, section.Numbers<double>("threshold", n_splits));
  ASSIGN_OR_RETURN(std::vector<int32_t> types, section.Numbers<int32_t>("decision_type", n_splits));

  const size_t first_set = model.sets.size(), first_leaf = model.leaves.size();
  RETURN_IF_ERROR(ReadLeaves(section, values, model));
  RETURN_IF_ERROR(ReadSets(section, n_categorical, model));
  std::vector<bool> seen_set(n_categorical);

  // A child below 0 is leaf ~child.
  std::vector<BoostedNode> nodes;
  std::vector<int32_t> children{n_splits == 0 ? ~0 : 0};  // of nodes, breadth first
  std::vector<bool> seen_split(n_splits), seen_leaf(n_leaves);
  for (size_t i = 0; i < children.size(); ++i) {
    const int32_t child = children[i];
    BoostedNode node{.left = static_cast<uint32_t>(i)};
    if (child < 0) {
      const auto leaf = static_cast<size_t>(~child);
      if (leaf >= n_leaves || seen_leaf[leaf])
        return Wrong("left_child, right_child", absl::StrCat("leaf ", leaf, " is no leaf of one split"));
      seen_leaf[leaf] = true;
      node.value = values[leaf];
      node.set = static_cast<uint32_t>(first_leaf + leaf);
      nodes.push_back(node);
      continue;
    }
    if (static_cast<size_t>(child) >= n_splits || seen_split[child])
      return Wrong("left_child, right_child", absl::StrCat("node ", child, " is no child of one split"));
    seen_split[child] = true;
    if (features[child] < 0 || static_cast<uint32_t>(features[child]) >= n_features)
      return Wrong("split_feature", absl::StrCat(features[child], " is none of ", n_features));
    if (std::isnan(thresholds[child])) return Wrong("threshold", "not a number");
    // Bits of a decision: categorical, default left, and two of what is missing (include/LightGBM/tree.h): nothing,
    // then NaN counts as 0; zeros; NaN.
    const int32_t missing = types[child] >> 2 & 3;
    if (types[child] < 0 || types[child] > 15 || missing == 3)
      return Wrong("decision_type", absl::StrCat(types[child]));
    node.is_leaf = false;
    node.feature = static_cast<uint32_t>(features[child]);
    node.is_categorical = (types[child] & 1) != 0;
    if (node.is_categorical) {
      const double set = thresholds[child];
      if (!(set >= 0 && set < static_cast<double>(n_categorical)) || set != std::floor(set) ||
          seen_set[static_cast<size_t>(set)])
        return Wrong("threshold", absl::StrCat(set, " is no set of one split"));
      seen_set[static_cast<size_t>(set)] = true;
      node.set = static_cast<uint32_t>(first_set + static_cast<size_t>(set));
    } else {
      node.threshold = thresholds[child] + 0.0;
      node.zero_is_missing = missing == 1;
      node.missing_goes_left = missing != 0 ? (types[child] & 2) != 0 : 0 <= node.threshold;
    }
    node.left = static_cast<uint32_t>(children.size());
    children.push_back(left[child]);
    children.push_back(right[child]);
    nodes.push_back(node);
  }
  return nodes;
}

// Behind the trees: parameters, and a last line that LightGBM's Python package adds (lightgbm/basic.py
// _load_pandas_categorical, 4.6).
absl::Status ReadEnd(std::string_view text, LightGbmText& model) {
  constexpr std::string_view kFeatures = "\n[categorical_feature: ", kPandas = "pandas_categorical:";
  if (const size_t at = text.find(kFeatures); at != text.npos) {
    std::string_view list = text.substr(at + kFeatures.size());
    list = list.substr(0, list.find(']'));
    while (!list.empty()) {
      const size_t comma = list.find(',');
      uint32_t feature = 0;
      if (!Parse(list.substr(0, comma), feature)) break;  // names of columns: LightGBM's own command line
      if (feature >= model.n_features || (!model.categorical.empty() && feature <= model.categorical.back()))
        return Wrong("categorical_feature", absl::StrCat(feature, " is no ascending feature"));
      model.categorical.push_back(feature);
      list.remove_prefix(comma == list.npos ? list.size() : comma + 1);
    }
  }
  while (text.ends_with('\n')) text.remove_suffix(1);
  const size_t line = text.rfind('\n');
  if (line != text.npos && text.substr(line + 1).starts_with(kPandas))
    model.pandas_categorical = text.substr(line + 1 + kPandas.size());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<LightGbmText> LightGbmText::Read(std::string_view text) {
  LightGbmText model;
  if (!text.starts_with("tree\n")) return Wrong("the first line", "not `tree`");
  if (text.find('\0') != text.npos) return Wrong("the text", "a NUL in it");  // where LightGBM may read on for good
  ASSIGN_OR_RETURN(Section header, Section::Read(text, {kFlags, kOfModels}));
  if (header["version"] != "v3" && header["version"] != "v4")
    return absl::UnimplementedError(absl::StrCat("version ", std::string(header["version"].substr(0, 20))));
  model.averaged = header.Has("average_output");
  ASSIGN_OR_RETURN(uint64_t last, header.Number("max_feature_idx", 0, kMaxFeatures - 1));
  ASSIGN_OR_RETURN(uint64_t n_scores, header.Number("num_tree_per_iteration", 1, kMaxScores));
  RETURN_IF_ERROR(header.Number("num_class", n_scores, n_scores).status());
  RETURN_IF_ERROR(header.Number("label_index", 0, INT32_MAX).status());
  model.n_features = static_cast<uint32_t>(last + 1);
  model.n_scores = static_cast<uint32_t>(n_scores);
  model.objective = header["objective"];
  for (const std::string_view key : {"feature_names", "feature_infos"}) {
    if (!header.Has(key) || static_cast<uint64_t>(std::ranges::count(header[key], ' ')) != last)
      return Wrong(key, absl::StrCat("not ", last + 1, " words"));
  }
  std::vector<uint64_t> sizes;
  while (text.starts_with("Tree=")) {
    const size_t left = text.size();
    ASSIGN_OR_RETURN(Section section, Section::Read(text, {kOfTrees, kOfSplits, kOfLeaves, kOfOne}));
    ASSIGN_OR_RETURN(std::vector<BoostedNode> tree, ReadTree(section, model));
    model.trees.push_back(std::move(tree));
    sizes.push_back(left - text.size());
  }
  if (!text.starts_with("end of trees")) return Wrong("the text", "no `end of trees`");
  if (model.trees.empty()) return absl::UnimplementedError("no trees");
  if (model.trees.size() % n_scores != 0) return Wrong("the trees", "not as many for each score");
  if (header.Has("tree_sizes")) {  // by which LightGBM finds them
    ASSIGN_OR_RETURN(std::vector<uint64_t> said, header.Numbers<uint64_t>("tree_sizes", sizes.size()));
    if (said != sizes) return Wrong("tree_sizes", "not those of the trees");
  }
  RETURN_IF_ERROR(ReadEnd(text, model));
  return model;
}

}  // namespace pratique
