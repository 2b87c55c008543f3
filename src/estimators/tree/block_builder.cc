#include "estimators/tree/block_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "estimators/tree/threshold.h"

namespace pratique {
namespace {

// Rows that look alike to the hash are looked at this often before one is kept twice: a crafted file must not make
// this quadratic, and chance never comes near.
constexpr size_t kMaxProbes = 64;

uint64_t Hash(std::span<const double> row) {
  uint64_t hash = 0x9E3779B97F4A7C15u;
  for (double value : row) {
    uint64_t bits;
    std::memcpy(&bits, &value, sizeof bits);
    hash = (hash ^ bits) * 0xD6E8FEB86659FD93u;
    hash ^= hash >> 32;
  }
  return hash;
}

}  // namespace

void DistinctRows::Truncate(size_t n) {
  size_ = n;
  values_.resize(n * width_);
}

void DistinctRows::Clear() {
  Truncate(0);
  slots_.clear();
}

void DistinctRows::Grow() {
  slots_.assign(std::max<size_t>(slots_.size() * 2, 1024), 0);
  for (size_t i = 0; i < size(); ++i) {
    for (size_t probe = 0, at = Hash(row(i)); probe < kMaxProbes; ++probe, ++at) {
      uint32_t& slot = slots_[at & (slots_.size() - 1)];
      if (slot != 0) continue;
      slot = static_cast<uint32_t>(i + 1);
      break;
    }
  }
}

uint32_t DistinctRows::IndexOf(std::span<const double> wanted) {
  if (2 * (size() + 1) > slots_.size()) Grow();
  const uint32_t next = static_cast<uint32_t>(size_);
  for (size_t probe = 0, at = Hash(wanted); probe < kMaxProbes; ++probe, ++at) {
    uint32_t& slot = slots_[at & (slots_.size() - 1)];
    if (slot != 0) {
      if (std::memcmp(row(slot - 1).data(), wanted.data(), wanted.size_bytes()) == 0) return slot - 1;
      continue;
    }
    slot = next + 1;
    break;
  }
  values_.insert(values_.end(), wanted.begin(), wanted.end());
  ++size_;
  return next;
}

// As DepthFirstNumbers numbers them, in one pass from front to back.
bool BlockBuilder::HasDepthFirstNumbers(const FittedTree& tree) {
  rights_.clear();  // right children whose subtrees are still to come
  for (uint32_t i = 0;; ++i) {
    const FittedTree::Node& node = tree.node(i);
    if (!node.is_leaf()) {
      if (node.left != i + 1) return false;
      rights_.push_back(node.right);
      continue;
    }
    if (rights_.empty()) return true;
    if (rights_.back() != i + 1) return false;
    rights_.pop_back();
  }
}

void BlockBuilder::Append(const FittedTree& tree) {
  const size_t root = nodes_.size();
  roots_.push_back(static_cast<uint32_t>(root));
  nodes_.resize(root + tree.n_nodes());
  numbers_.resize(root + tree.n_nodes());
  Node* nodes = nodes_.data() + root;
  uint32_t* numbers = numbers_.data() + root;  // of the nodes breadth first; up to `last` those that are known to come
  uint32_t last = 0;
  numbers[0] = 0;
  for (uint32_t i = 0; i <= last; ++i) {
    const uint32_t number = numbers[i];
    const FittedTree::Node& node = tree.node(number);
    if (node.is_leaf()) {
      leaf_row_(tree, number, row_);
      nodes[i] = {0, rows_.IndexOf(row_), i, false};
      continue;
    }
    numbers[++last] = node.left;
    numbers[++last] = node.right;
    const bool missing_goes_left = keeps_missing_ && node.missing_goes_left;
    nodes[i] = {RoundedDown(node.threshold), node.feature, last, missing_goes_left};
    missing_ |= missing_goes_left;
  }
  // XGBoost's trees can have nodes that none reaches.
  const size_t n_nodes = size_t{last} + 1;
  nodes_.resize(root + n_nodes);
  numbers_.resize(root + n_nodes);
  largest_ = std::max(largest_, n_nodes);
  other_numbers_ |= !HasDepthFirstNumbers(tree);
}

void BlockBuilder::TakeOut(const Mark& mark) {
  nodes_.resize(mark.nodes);
  numbers_.resize(mark.nodes);
  roots_.resize(mark.roots);
  rows_.Truncate(mark.rows);
  largest_ = mark.largest;
  missing_ = mark.missing;
  other_numbers_ = mark.other_numbers;
}

uint64_t BlockBuilder::Bytes() const {
  const size_t a_node = sizeof(fb::Node) + sizeof(uint32_t) * (other_numbers_ + !IsNarrow());
  return nodes_.size() * a_node + roots_.size() * sizeof(uint32_t) + rows_.values().size_bytes();
}

void BlockBuilder::Add(const FittedTree& tree, Arena& arena) {
  const Mark before = Here();
  Append(tree);
  if (roots_.size() == 1 || (Bytes() <= caps_.bytes && IsNarrow())) return;
  // Closes the block without the tree, and begins the next one with it.
  TakeOut(before);
  Flush(arena);
  Append(tree);
}

void BlockBuilder::Flush(Arena& arena) {
  TreeBlock block{};
  block.n_features_in = n_features_;
  block.value_width = width_;
  block.missing = missing_;
  const bool narrow = IsNarrow();
  const BranchBits bits = BranchBits::Of(n_features_, missing_);
  const std::span<fb::Node> nodes = arena.NewUninitialized<fb::Node>(nodes_.size());
  const std::span<uint32_t> features = arena.NewUninitialized<uint32_t>(narrow ? 0 : nodes_.size());
  size_t root = 0;
  for (size_t i = 0, tree = 0; i < nodes_.size(); ++i) {
    if (tree < roots_.size() && roots_[tree] == i) root = roots_[tree++];
    const Node& node = nodes_[i];
    const bool is_leaf = node.right == i - root;
    const float threshold = is_leaf ? std::bit_cast<float>(kLeafBits + (narrow ? node.feature : 0)) : node.threshold;
    if (narrow) {
      nodes[i] = fb::Node(threshold, bits.Pack(node.missing_goes_left, is_leaf ? 0 : node.feature, node.right));
    } else {
      nodes[i] = fb::Node(threshold, node.right);
      features[i] = node.feature | (node.missing_goes_left ? kWideMissing : 0);
    }
  }
  block.nodes = nodes;
  if (!narrow) block.features = features;
  block.roots = arena.Copy<uint32_t>(roots_);
  block.leaf_values = arena.Copy<double>(rows_.values());
  if (other_numbers_) block.numbers = arena.Copy<uint32_t>(numbers_);
  done_.push_back(block);
  rows_.Clear();
  TakeOut({});
}

std::vector<TreeBlock> BlockBuilder::Finish(Arena& arena) {
  if (!roots_.empty()) Flush(arena);
  return std::move(done_);
}

}  // namespace pratique
