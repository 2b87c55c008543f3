// What every part of one import shares: the graph that grows, its budget, and the first refusal.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import/graph.h"
#include "pratique/limits.h"
#include "pratique/rejection.h"

namespace pratique::joblib {

// Files that the caller gives, by the plain names that a model has for them.
using SideFiles = std::map<std::string, std::string, std::less<>>;

}  // namespace pratique::joblib

namespace pratique::pickle {

using graph::Id;
using graph::Kind;
using graph::kNoId;
using graph::NewNode;
using graph::Node;

class Context {
 public:
  // `unfolds`: the code for a file that says more than it holds.
  Context(graph::Graph& graph, const Limits& limits, uint64_t stream_bytes, std::string_view unfolds = "pickle.unfolds")
      : graph(graph), limits(limits), stream_bytes_(stream_bytes), unfolds_(unfolds) {}

  graph::Graph& graph;
  const Limits& limits;

  const joblib::SideFiles* side_files = nullptr;  // null: none were given
  std::set<std::string, std::less<>> side_used;
  uint64_t side_bytes = 0;  // inflated from them

  // Records the first refusal. Always false, and kNoId for functions that return an id.
  bool Fail(Reason reason, std::string code, uint64_t offset, std::string message, std::string help = "",
            std::string got = "");
  bool Malformed(std::string code, uint64_t offset, std::string message) {
    return Fail(Reason::kMalformed, std::move(code), offset, std::move(message));
  }
  // Something that is not read, where what follows still can be: an attack behind it is not to go unseen. The first
  // such is what the import ends with, unless an attack or a limit outweighs it. Gives an inert value to stand for it.
  Id Unread(std::string code, uint64_t offset, std::string message, std::string help);
  // As Unread; the inert value takes the place of one that is there. Always true.
  bool Discard(Id id, std::string code, uint64_t offset, std::string message, std::string help);
  // Another inert value, for what is made of one.
  Id AddUnread(uint64_t offset);

  // Why the import ends in a refusal.
  const std::optional<Rejection>& failure() const;

  // Adds a node; kNoId when values or memory are spent.
  Id Add(NewNode node);

  // Charges `bytes` that the graph says beside what the stream held: copied items, decoded text, views of arrays.
  // An honest stream uses a list or buffer once, so that all of them fit in a small multiple of its size; one that does
  // not unfolds a small file into a large model by naming one list or buffer many times.
  bool ChargeUnfolded(uint64_t bytes, uint64_t offset);
  // An archive inside the stream held this much more.
  void AddStream(uint64_t bytes) { stream_bytes_ += bytes; }
  uint64_t stream_bytes() const { return stream_bytes_; }
  bool ChargeMemory(uint64_t bytes, uint64_t offset);

  // A global named in the stream: its index in graph.globals.
  void CountGlobal(std::string_view module, std::string_view name, uint64_t offset, bool called);

 private:
  std::optional<Rejection> failure_;
  std::optional<Rejection> unread_;
  uint64_t stream_bytes_;
  std::string_view unfolds_;
  uint64_t unfolded_ = 0;
  uint64_t memory_ = 0;
  std::map<std::pair<std::string_view, std::string_view>, size_t> globals_;
};

// Whether the value stands for something that was not read.
inline bool IsUnread(const Node& node) { return node.kind == Kind::kObject && node.made == graph::Made::kOther; }

// "an int", "a list", "sklearn.tree._tree.Tree": for messages.
std::string Describe(const Node& node);

// Valid UTF-8, which excludes surrogates.
bool IsUtf8(std::string_view text);

// The bytes of a str whose characters are all below 256; nullopt otherwise.
std::optional<std::string> EncodeLatin1(std::string_view utf8);

// Appends one character as UTF-8. False for surrogates and numbers beyond Unicode.
bool AppendUtf8(std::string& text, uint32_t character);

}  // namespace pratique::pickle
