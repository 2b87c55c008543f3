#include "estimators/boosting/hist_trees_reader.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "estimators/boosting/part.h"
#include "estimators/tree/fitted_tree.h"
#include "status_macros.h"

namespace pratique {

using graph::Id;
using graph::Kind;
using graph::kNoId;

namespace {

// A FlatBuffer addresses 2 GiB; a node takes up to 16 bytes of it.
constexpr size_t kMostNodes = size_t{100} << 20;

}  // namespace

// nodes, field by field (common.pyx PREDICTOR_RECORD_DTYPE, 1.9; feature_idx was uint32 up to 1.2), and the sets.
struct HistTreesReader::Records {
  Array<double> value, num_threshold;
  Array<int64_t> feature_idx, missing_go_to_left, left, right, is_leaf, is_categorical, bitset_idx;
  NdArray<int64_t> left_sets;
  size_t size() const { return value.size(); }
};

absl::Status HistTreesReader::ReadRecords(Id predictor, const std::string& path, Records& records) const {
  ASSIGN_OR_RETURN(Part tree, Part::Of(context_, predictor, path,
                                       "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor"));
  RETURN_IF_ERROR(tree.HasOnly("nodes binned_left_cat_bitsets raw_left_cat_bitsets"));
  const Id nodes = tree["nodes"];
  const Place at(context_, path + ".nodes");
  const bool is_array = nodes != kNoId && context_.graph()[nodes].kind == Kind::kArray &&
                        context_.graph()[nodes].shape.size() == 1 && context_.graph()[nodes].dtype &&
                        context_.graph()[nodes].dtype->kind == 'V';
  if (!is_array) return at.Unsupported("no array of records", "fit makes it one.");
  for (const graph::DType::Field& field : context_.graph()[nodes].dtype->fields) {
    if (field.name.empty() && field.dtype->kind == 'V') continue;  // padding
    const bool is_float = HasWord("value num_threshold gain", field.name);
    const bool is_int = HasWord(
        "missing_go_to_left is_leaf is_categorical count feature_idx left right depth "
        "bin_threshold bitset_idx",
        field.name);
    const char kind = field.dtype->kind;
    if (is_float ? kind == 'f' : is_int && (kind == 'i' || kind == 'u')) continue;
    return at.Unsupported(absl::StrCat("the field '", field.name, "' of dtype ", field.dtype->ToString()),
                          "These are not the nodes of the scikit-learn release that the file names.");
  }
  context_.arena().Charge(context_.graph()[nodes].bytes.size());
  ASSIGN_OR_RETURN(records.value, context_.DoubleField(nodes, "value"));
  ASSIGN_OR_RETURN(records.num_threshold, context_.DoubleField(nodes, "num_threshold"));
  ASSIGN_OR_RETURN(records.feature_idx, context_.IntField(nodes, "feature_idx"));
  ASSIGN_OR_RETURN(records.missing_go_to_left, context_.IntField(nodes, "missing_go_to_left"));
  ASSIGN_OR_RETURN(records.left, context_.IntField(nodes, "left"));
  ASSIGN_OR_RETURN(records.right, context_.IntField(nodes, "right"));
  ASSIGN_OR_RETURN(records.is_leaf, context_.IntField(nodes, "is_leaf"));
  ASSIGN_OR_RETURN(records.is_categorical, context_.IntField(nodes, "is_categorical"));
  ASSIGN_OR_RETURN(records.bitset_idx, context_.IntField(nodes, "bitset_idx"));
  ASSIGN_OR_RETURN(records.left_sets, context_.Ints(tree["raw_left_cat_bitsets"], path + ".raw_left_cat_bitsets"));
  const std::vector<uint64_t>& shape = records.left_sets.shape;
  if (shape.size() != 2 || shape[1] != 8)
    return Place(context_, path + ".raw_left_cat_bitsets").Wrong("shape", "another shape", "(n_splits,8)");
  if (records.size() == 0 || records.size() > kMostNodes)
    return at.Wrong("shape", absl::StrCat(records.size(), " nodes"), absl::StrCat("1 to ", kMostNodes));
  return absl::OkStatus();
}

// Children come after their parent and have one each: then all nodes are reached from the first, and no walk returns.
absl::Status HistTreesReader::CheckRecords(const Records& r, const std::string& path) const {
  const auto n = static_cast<int64_t>(r.size());
  std::vector<bool> is_child(r.size());
  is_child[0] = true;
  for (int64_t i = 0; i < n; ++i) {
    const Place at(context_, absl::StrCat(path, ".nodes[", i, "]"));
    if (!is_child[i]) return at.Unsupported("a node that none reaches", "Someone pruned the tree; fit it anew.");
    for (const auto& [name, flag] : {std::pair("is_leaf", r.is_leaf[i]),
                                     {"is_categorical", r.is_categorical[i]},
                                     {"missing_go_to_left", r.missing_go_to_left[i]}}) {
      if (flag != 0 && flag != 1) return (at / name).Wrong("max", absl::StrCat(flag), "0 or 1");
    }
    if (r.is_leaf[i] != 0) {
      if (!std::isfinite(r.value[i])) return (at / "value").NotFinite(r.value[i]);
      continue;
    }
    for (const auto& [name, child] : {std::pair("left", r.left[i]), {"right", r.right[i]}}) {
      if (child <= i || child >= n || is_child[child])
        return (at / name).Wrong("child", absl::StrCat(child),
                                 absl::StrCat("above ", i, ", below ", n, " and no other split's child"));
      is_child[child] = true;
    }
    if (r.feature_idx[i] < 0 || static_cast<uint64_t>(r.feature_idx[i]) >= features_.feature_of.size())
      return (at / "feature_idx")
          .Wrong("feature", absl::StrCat(r.feature_idx[i]), absl::StrCat("0 to ", features_.feature_of.size() - 1));
    const bool categorical = r.is_categorical[i] != 0;
    if (categorical != features_.is_categorical[features_.feature_of[r.feature_idx[i]]]) {
      return (at / "is_categorical")
          .Unsupported(absl::StrCat(r.is_categorical[i], " of a feature that is ",
                                    categorical ? "not categorical" : "categorical"),
                       "Fitted by warm_start with other categorical_features? Fit it anew.");
    }
    if (!categorical && std::isnan(r.num_threshold[i]))
      return (at / "num_threshold").Unsupported("nan", "Fit it on numbers without infinity.");
    if (categorical && (r.bitset_idx[i] < 0 || static_cast<uint64_t>(r.bitset_idx[i]) >= r.left_sets.shape[0]))
      return (at / "bitset_idx")
          .Wrong("bitset", absl::StrCat(r.bitset_idx[i]), absl::StrCat("below ", r.left_sets.shape[0]));
  }
  return absl::OkStatus();
}

// The set of split i, whose bits are categories, as codes. What is not known would go left here, and nowhere else.
absl::Status HistTreesReader::AddSet(const Records& r, size_t i, uint32_t feature, const std::string& path) {
  const std::span<const int64_t> words = r.left_sets.values.subspan(static_cast<size_t>(r.bitset_idx[i]) * 8, 8);
  std::array<uint32_t, 8> set{}, known{};
  const std::vector<uint8_t>& raw = features_.raw_category[feature];
  for (size_t code = 0; code < raw.size(); ++code) {
    known[raw[code] / 32] |= uint32_t{1} << raw[code] % 32;
    if (static_cast<uint64_t>(words[raw[code] / 32]) >> raw[code] % 32 & 1) set[code / 32] |= uint32_t{1} << code % 32;
  }
  for (size_t word = 0; word < 8; ++word) {
    if ((static_cast<uint64_t>(words[word]) & ~uint64_t{known[word]}) == 0) continue;
    return Place(context_, absl::StrCat(path, ".raw_left_cat_bitsets[", r.bitset_idx[i], "]"))
        .Unsupported("a category that is not known", "Fitted by warm_start on other categories? Fit it anew.");
  }
  left_sets_.insert(left_sets_.end(), set.begin(), set.end());
  return absl::OkStatus();
}

absl::Status HistTreesReader::Add(Id predictor, const std::string& path) {
  Records r;
  RETURN_IF_ERROR(ReadRecords(predictor, path, r));
  RETURN_IF_ERROR(CheckRecords(r, path));
  const size_t root = nodes_.size();
  if (root + r.size() > kMostNodes)
    return context_.Unsupported("_predictors", "more nodes than a file of 2 GiB holds", "Fit smaller trees.");
  roots_.push_back(static_cast<uint32_t>(root));
  // Numbers of the tree's nodes, breadth first.
  std::vector<uint32_t> numbers{0};
  for (size_t k = 0; k < numbers.size(); ++k) {
    const uint32_t i = numbers[k];
    BoostedNode node{.left = static_cast<uint32_t>(k)};
    if (r.is_leaf[i] != 0) {
      node.value = r.value[i];
    } else {
      node.is_leaf = false;
      node.left = static_cast<uint32_t>(numbers.size());
      numbers.push_back(static_cast<uint32_t>(r.left[i]));
      numbers.push_back(static_cast<uint32_t>(r.right[i]));
      node.feature = features_.feature_of[r.feature_idx[i]];
      node.missing_goes_left = r.missing_go_to_left[i] != 0;
      node.is_categorical = r.is_categorical[i] != 0;
      if (node.is_categorical) {
        node.set = static_cast<uint32_t>(left_sets_.size() / 8);
        RETURN_IF_ERROR(AddSet(r, i, node.feature, path));
      } else {
        node.threshold = r.num_threshold[i] + 0.0;  // -0 becomes 0
      }
    }
    nodes_.push_back(node);
  }
  return absl::OkStatus();
}

absl::Status HistTreesReader::AddNodes(std::span<const BoostedNode> nodes,
                                       std::span<const std::array<uint32_t, 8>> sets) {
  if (nodes_.size() + nodes.size() > kMostNodes)
    return context_.Unsupported("_Booster", "more nodes than a file of 2 GiB holds", "Fit smaller trees.");
  roots_.push_back(static_cast<uint32_t>(nodes_.size()));
  for (BoostedNode node : nodes) {
    if (node.is_categorical) {
      const std::array<uint32_t, 8>& set = sets[node.set];
      node.set = static_cast<uint32_t>(left_sets_.size() / 8);
      left_sets_.insert(left_sets_.end(), set.begin(), set.end());
    }
    nodes_.push_back(node);
  }
  return absl::OkStatus();
}

uint32_t HistTreesReader::CodeOf(const HistBoosting& model, const BoostedNode& node) const {
  if (node.is_categorical) return node.set;
  const Array<double> cuts = model.cuts_of(node.feature);
  return static_cast<uint32_t>(std::ranges::lower_bound(cuts, node.threshold) - cuts.begin());
}

absl::Status HistTreesReader::Finish(HistBoosting& model) {
  Arena& arena = context_.arena();
  std::vector<std::pair<uint32_t, double>> cuts;
  for (const BoostedNode& node : nodes_) {
    if (!node.is_leaf && !node.is_categorical) cuts.emplace_back(node.feature, node.threshold);
    model.missing |= node.missing_goes_left;
  }
  std::ranges::sort(cuts);
  cuts.erase(std::unique(cuts.begin(), cuts.end()), cuts.end());
  const std::span<double> values_of_cuts = arena.New<double>(cuts.size());
  const std::span<uint32_t> offsets = arena.New<uint32_t>(size_t{model.n_features_in} + 1);
  for (size_t i = 0; i < cuts.size(); ++i) {
    values_of_cuts[i] = cuts[i].second;
    ++offsets[cuts[i].first + 1];
  }
  for (size_t f = 0; f < model.n_features_in; ++f) offsets[f + 1] += offsets[f];
  model.cuts = values_of_cuts;
  model.cut_offsets = offsets;
  model.left_sets = arena.Copy<uint32_t>(left_sets_);
  model.roots = arena.Copy<uint32_t>(roots_);
  const std::span<double> values = arena.New<double>(nodes_.size());
  model.values = values;
  const CodeBits bits = model.bits();
  if (bits.total() > 64)
    return context_.Unsupported("_predictors", "trees too large for so many features", "Fit smaller trees.");
  const bool narrow = bits.total() <= 32;
  const std::span<uint32_t> nodes = arena.New<uint32_t>(narrow ? nodes_.size() : 0);
  const std::span<uint64_t> wide = arena.New<uint64_t>(narrow ? 0 : nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    const BoostedNode& node = nodes_[i];
    values[i] = node.value;
    const uint64_t packed = node.is_leaf ? bits.leaf(node.left)
                                         : bits.split(node.left, node.feature, CodeOf(model, node), node.is_categorical,
                                                      node.missing_goes_left);
    if (narrow)
      nodes[i] = static_cast<uint32_t>(packed);
    else
      wide[i] = packed;
  }
  if (narrow)
    model.nodes = nodes;
  else
    model.wide_nodes = wide;
  return absl::OkStatus();
}

}  // namespace pratique
