#include "estimators/tree/block_builder.h"

#include <algorithm>
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

void DistinctRows::Clear() {
  values_.clear();
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
  const uint32_t next = static_cast<uint32_t>(size());
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
  return next;
}

void BlockBuilder::Append(const FittedTree& tree) {
  const uint32_t root = static_cast<uint32_t>(nodes_.size());
  roots_.push_back(root);
  order_.assign(1, 0);
  order_.reserve(tree.n_nodes());
  for (size_t i = 0; i < order_.size(); ++i) {
    const FittedTree::Node node = tree.node(order_[i]);
    if (node.is_leaf()) {
      leaf_row_(tree, order_[i], row_);
      nodes_.emplace_back(0.0f, -1, rows_.IndexOf(row_));
    } else {
      nodes_.emplace_back(RoundedDown(node.threshold), static_cast<int32_t>(node.feature),
                          static_cast<uint32_t>(root + order_.size()));
      order_.push_back(static_cast<uint32_t>(node.left));
      order_.push_back(static_cast<uint32_t>(node.right));
    }
    if (!keeps_missing_) continue;
    const bool goes_left = !node.is_leaf() && node.missing_go_to_left != 0;
    if (goes_left || !missing_.empty()) {
      missing_.resize(nodes_.size(), 0);
      missing_.back() = goes_left;
    }
  }
}

uint64_t BlockBuilder::Bytes() const {
  return nodes_.size() * sizeof(fb::Node) + roots_.size() * sizeof(uint32_t) + missing_.size() +
         rows_.values().size_bytes();
}

void BlockBuilder::Add(const FittedTree& tree, Arena& arena) {
  const size_t n_nodes = nodes_.size(), n_missing = missing_.size(), n_rows = rows_.size();
  Append(tree);
  if (Bytes() <= max_bytes_ || roots_.size() == 1) return;
  // Takes the tree out again, closes the block without it, and begins the next one with it.
  nodes_.resize(n_nodes, fb::Node());
  missing_.resize(n_missing);
  roots_.pop_back();
  rows_.Truncate(n_rows);
  Flush(arena);
  Append(tree);
}

void BlockBuilder::Flush(Arena& arena) {
  TreeBlock block{};
  block.n_features_in = n_features_;
  block.value_width = width_;
  block.nodes = arena.Copy<fb::Node>(nodes_);
  block.roots = arena.Copy<uint32_t>(roots_);
  block.leaf_values = arena.Copy<double>(rows_.values());
  if (!missing_.empty()) block.missing_go_to_left = arena.Copy<uint8_t>(missing_);
  done_.push_back(block);
  nodes_.clear();
  roots_.clear();
  missing_.clear();
  rows_.Clear();
}

std::vector<TreeBlock> BlockBuilder::Finish(Arena& arena) {
  if (!roots_.empty()) Flush(arena);
  return std::move(done_);
}

}  // namespace pratique
