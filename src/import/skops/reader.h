// schema.json, node by node -> the inert graph. Every kind of node that skops 0.x writes is a row of one table.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "archive/inflate.h"
#include "archive/zip.h"
#include "import/skops/json.h"
#include "import/value/context.h"

namespace pratique::skops {

using pickle::Id;
using pickle::kNoId;

// What the graph's views point into, besides the file.
struct Storage {
  Texts texts;
  std::deque<codec::Buffer> inflated;
};

class Reader {
 public:
  Reader(pickle::Context& context, const zip::Archive& archive, Storage& storage)
      : context_(context), archive_(archive), storage_(storage), spent_(archive.spent()) {}

  // The model. kNoId when refused: context.failure() says why, path() where.
  Id Run();
  const std::string& path() const { return path_; }

 private:
  friend struct Loaders;

  struct Seen {
    uint32_t value;
    Id id;
  };  // kNoId: still being read
  // One object of schema.json that has a loader.
  struct Record {
    uint32_t value = 0;
    std::string_view loader, module, cls;  // names in their canonical form
    std::string_view written_module;
    uint64_t offset = 0;
  };
  const Value& At(uint32_t value) const { return json_[value]; }
  const Value* Get(const Value& object, std::string_view key) const;
  uint32_t Index(const Value& object, std::string_view key) const;  // of a key that is there

  bool ReadSchema();
  bool ReadHeader(const Value& root);
  // The node at `value`; `step` is its place in the parent, for messages.
  Id Convert(uint32_t value, std::string_view step);
  Id ConvertKey(uint32_t object, std::string_view key) { return Convert(Index(At(object), key), key); }
  Id ConvertRecord(uint32_t value);
  bool ReadNames(const Value& object, Record& record);
  // Notes a name that skops would not trust in such a node.
  void NoteTrust(std::string_view loader, std::string_view module, std::string_view cls);
  bool CheckKeys(const Value& object, std::string_view keys, bool is_root);
  std::optional<uint64_t> IdOf(const Value& object) const;
  Id Recall(const Seen& seen, uint32_t value);
  bool CheckMembers();
  bool Same(uint32_t a, uint32_t b);
  bool SameMember(std::string_view a, std::string_view b);

  // By loader. kNoId when refused.
  Id OnJson(const Record& record);
  Id OnDict(const Record& record);
  Id OnDefaultDict(const Record& record);
  Id OnSequence(const Record& record);
  Id OnBytes(const Record& record);
  Id OnSlice(const Record& record);
  Id OnName(const Record& record);
  Id OnPartial(const Record& record);
  Id OnMethod(const Record& record);
  Id OnOperator(const Record& record);
  Id OnCall(const Record& record);
  Id CallWith(const Record& record, std::string_view key);
  Id OnObject(const Record& record);
  Id OnArray(const Record& record);
  Id OnMaskedArray(const Record& record);
  Id OnDType(const Record& record);
  Id OnRandomState(const Record& record);
  Id OnGenerator(const Record& record);
  Id OnSparse(const Record& record);
  Id OnReduce(const Record& record);
  Id OnOldDict(const Record& record);

  std::optional<std::vector<Id>> ConvertAll(uint32_t object, std::string_view key);
  std::optional<std::vector<Id>> ReadPairs(const Record& record);
  Id ArrayOfFile(const Record& record);
  Id RefuseArray(const Record& record);
  Id ArrayOfItems(const Record& record);
  bool Flatten(uint32_t array, std::span<const uint64_t> shape, const Record& record, std::vector<Id>& items);
  std::optional<std::string> SparseState(const zip::Archive& archive, const Record& record, std::vector<Id>& state);
  Id AddStr(std::string_view text, const Record& record);

  // Builders.
  pickle::NewNode Make(pickle::Kind kind, const Record& record) const;
  // Something scikit-learn's pickles make by calling module.name, with this state.
  Id AddCalled(const Record& record, std::string_view module, std::string_view name, std::vector<Id> items, Id state);
  Id AddGlobal(const Record& record);
  Id AddItems(pickle::Kind kind, const Record& record, std::vector<Id> items);
  Id AddMade(const Record& record, graph::Made made, std::vector<Id> items, std::vector<Id> dict_items);
  void Count(const Record& record, bool called = false);
  Id RefuseCall(const Record& record);

  std::optional<std::span<const std::byte>> ReadMember(std::string_view name, std::string_view ending, uint64_t offset);

  Id Refuse(std::string code, uint64_t offset, std::string message) {
    context_.Malformed(std::move(code), offset, std::move(message));
    return kNoId;
  }

  pickle::Context& context_;
  const zip::Archive& archive_;
  Storage& storage_;
  Json json_;
  int protocol_ = 0;
  bool quiet_ = false;             // inside key types: names that are not counted
  std::map<uint64_t, Seen> seen_;  // ordered: no choice of ids makes it slow
  std::vector<std::string> steps_;
  std::string path_;
  std::map<std::string_view, std::span<const std::byte>> contents_;  // of members that were used
  codec::Spent spent_;
};

}  // namespace pratique::skops
