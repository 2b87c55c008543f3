#include "import/skops/reader.h"

#include <algorithm>
#include <charconv>

#include "absl/strings/str_join.h"
#include "import/skops/loaders.h"
#include "import/skops/skops.h"
#include "import/skops/trust.h"
#include "import/value/calls.h"
#include "import/value/keys.h"
#include "import/value/names.h"
#include "status_macros.h"

namespace pratique::skops {

using pickle::Context;
using pickle::Kind;
using pickle::NewNode;
using pickle::Node;

namespace {

using VKind = Value::Kind;

constexpr size_t kMaxName = 200;
constexpr std::string_view kSchema = "schema.json";

bool IsName(std::string_view name, std::string_view also) {
  return !name.empty() && name.size() <= kMaxName && std::all_of(name.begin(), name.end(), [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           also.find(c) != also.npos;
  });
}

// <id>.npy, <id>.npz, <uuid4>.bin: what skops writes beside the schema.
bool IsMemberName(std::string_view name) {
  if (name == kSchema) return true;
  const size_t dot = name.find('.');
  if (dot == 0 || dot == name.npos) return false;
  const std::string_view stem = name.substr(0, dot), ending = name.substr(dot);
  if (ending == ".bin") return stem.size() == 36 && stem.find_first_not_of("0123456789abcdef-") == stem.npos;
  return (ending == ".npy" || ending == ".npz") && stem.size() <= 20 &&
         stem.find_first_not_of("0123456789") == stem.npos;
}

bool HasWord(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const size_t space = std::min(words.find(' '), words.size());
    std::string_view one = words.substr(0, space);
    if (one.starts_with('?')) one.remove_prefix(1);
    if (one == word) return true;
    words.remove_prefix(std::min(space + 1, words.size()));
  }
  return false;
}

}  // namespace

const Value* Reader::Get(const Value& object, std::string_view key) const {
  const auto at = std::find(object.keys.begin(), object.keys.end(), key);
  return at == object.keys.end() ? nullptr : &json_[object.items[static_cast<size_t>(at - object.keys.begin())]];
}

uint32_t Reader::Index(const Value& object, std::string_view key) const {
  return static_cast<uint32_t>(Get(object, key) - json_.data());
}

Id Reader::Run() {
  if (!CheckMembers() || !ReadSchema()) return kNoId;
  const Id root = Convert(0, "");
  if (root == kNoId) return kNoId;
  for (const zip::Member& member : archive_.members()) {
    if (!contents_.contains(member.name))
      return Refuse("skops.member", member.begin,
                    "nothing in schema.json uses the member '" + Escape(member.name, 80) + "'");
  }
  return root;
}

bool Reader::CheckMembers() {
  for (const zip::Member& member : archive_.members()) {
    if (!IsMemberName(member.name)) {
      return context_.Malformed("skops.member", member.begin,
                                "skops writes no member of the name '" + Escape(member.name, 80) + "'");
    }
  }
  return true;
}

bool Reader::ReadSchema() {
  const auto bytes = ReadMember(kSchema, ".json", 0);
  if (!bytes) return false;
  if (!ParseJson({reinterpret_cast<const char*>(bytes->data()), bytes->size()}, context_, storage_.texts, json_))
    return false;
  const Value& root = json_[0];
  const Value* protocol = Get(root, "protocol");
  const Value* version = Get(root, "_skops_version");
  if (protocol == nullptr || protocol->kind != VKind::kNumber || version == nullptr ||
      version->kind != VKind::kString || version->text.size() > 64) {
    return context_.Malformed("skops.protocol", 0, "schema.json does not give its protocol and the version of skops");
  }
  const auto [end, error] =
      std::from_chars(protocol->text.data(), protocol->text.data() + protocol->text.size(), protocol_);
  if (error != std::errc() || end != protocol->text.data() + protocol->text.size() || protocol_ < 0 || protocol_ > 2) {
    return context_.Fail(Reason::kUnsupported, "skops.protocol", protocol->offset,
                         "the protocol of skops is " + Escape(protocol->text, 40) + "; this build reads 0 to 2",
                         "Save the model with a skops release of protocol 2 (0.16).");
  }
  context_.graph.protocol = static_cast<uint8_t>(protocol_);
  context_.graph.written_by["skops"] = Escape(version->text);
  return true;
}

// ---- Nodes ----

Id Reader::Convert(uint32_t value, std::string_view step) {
  steps_.emplace_back(Escape(step, 60));
  const Id id = ConvertRecord(value);
  if (id == kNoId && path_.empty()) path_ = absl::StrJoin(steps_.begin() + 1, steps_.end(), ".");
  steps_.pop_back();
  return id;
}

Id Reader::ConvertRecord(uint32_t value) {
  const Value& object = At(value);
  const Value* loader = object.kind == VKind::kObject ? Get(object, "__loader__") : nullptr;
  if (loader == nullptr || loader->kind != VKind::kString)
    return Refuse("skops.node", object.offset, "a value is no object with a loader");
  const Value* id_value = Get(object, "__id__");
  const auto id = IdOf(object);
  if (id_value != nullptr && !id) return Refuse("skops.node", object.offset, "an __id__ is no number");
  const auto seen = id ? seen_.find(*id) : seen_.end();
  if (seen != seen_.end()) return Recall(seen->second, value);
  Record record{.value = value, .loader = loader->text, .offset = object.offset};
  const Loaders::Row* row = Loaders::Find(record.loader);
  if (row == nullptr) {
    // A CachedNode is one that was not seen, which skops refuses too.
    context_.Fail(
        Reason::kUnsupported, "skops.loader", object.offset,
        "'" + Escape(record.loader, 60) + "' is no kind of node that pratique knows",
        "Which kinds there are depends on the skops release; `pratique explain skops.loader` says which are read.");
    return kNoId;
  }
  if (!CheckKeys(object, row->keys, value == 0) || !ReadNames(object, record)) return kNoId;
  const std::string name = std::string(record.module) + "." + std::string(record.cls);
  if (!row->types.empty() && !HasWord(row->types, name)) return RefuseCall(record);
  if (record.loader != "FunctionNode" || Get(object, "content") == nullptr) {
    NoteTrust(record.loader, record.written_module, Get(object, "__class__")->text);
  }
  if (id) seen_[*id] = {value, kNoId};
  const Id made = (this->*row->read)(record);
  if (id && made != kNoId) seen_[*id].id = made;
  return made;
}

std::optional<uint64_t> Reader::IdOf(const Value& object) const {
  const Value* value = Get(object, "__id__");
  uint64_t id = 0;
  if (value == nullptr || value->kind != VKind::kNumber) return std::nullopt;
  const auto [end, error] = std::from_chars(value->text.data(), value->text.data() + value->text.size(), id);
  return error == std::errc() && end == value->text.data() + value->text.size() ? std::optional(id) : std::nullopt;
}

bool Reader::ReadNames(const Value& object, Record& record) {
  const Value* module = Get(object, "__module__");
  const Value* cls = Get(object, "__class__");
  if (module == nullptr || cls == nullptr || module->kind != VKind::kString || cls->kind != VKind::kString ||
      !IsName(module->text, ".") || !IsName(cls->text, "<>")) {
    return context_.Malformed("skops.node", object.offset, "a node has no module, no class, or names that are none");
  }
  record.written_module = module->text;
  const pickle::Name name = pickle::Canonical(module->text, cls->text, 4);
  record.module = name.module;
  record.cls = name.name;
  return true;
}

void Reader::NoteTrust(std::string_view loader, std::string_view module, std::string_view cls) {
  if (!IsTrusted(loader, module, cls))
    context_.graph.skops_untrusted.insert(Escape(std::string(module) + "." + std::string(cls)));
}

bool Reader::CheckKeys(const Value& object, std::string_view keys, bool is_root) {
  for (const std::string_view key : object.keys) {
    if (HasWord("__class__ __module__ __loader__ __id__", key) || HasWord(keys, key) ||
        (is_root && HasWord("protocol _skops_version", key)))
      continue;
    return context_.Malformed("skops.node", object.offset,
                              "a node has the key '" + Escape(key, 60) + "', which skops does not write there");
  }
  for (std::string_view rest = keys; !rest.empty();) {
    const size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view key = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (key.starts_with('?') || Get(object, key) != nullptr) continue;
    return context_.Malformed("skops.node", object.offset, "a node lacks the key '" + std::string(key) + "'");
  }
  return true;
}

// skops takes the first node of an id and does not look at the others: here they have to say the same.
Id Reader::Recall(const Seen& seen, uint32_t value) {
  const Value& object = At(value);
  if (seen.id == kNoId) return Refuse("skops.cycle", object.offset, "a node contains itself");
  const bool cached = Get(object, "__loader__")->text == "CachedNode";
  if (cached ? object.items.size() > 4 : !Same(seen.value, value)) {
    return Refuse("skops.identity", object.offset, "two nodes have the same __id__ and are not the same");
  }
  return seen.id;
}

// Equal but for the ids and file names of what Python made anew each time.
bool Reader::Same(uint32_t a_index, uint32_t b_index) {
  const Value& a = At(a_index);
  const Value& b = At(b_index);
  if (a.kind != b.kind || a.text != b.text || a.keys != b.keys || a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    const std::string_view key = a.kind == VKind::kObject ? a.keys[i] : std::string_view();
    if (key == "__id__") continue;
    const Value& x = At(a.items[i]);
    const Value& y = At(b.items[i]);
    if (key == "file" && x.kind == VKind::kString && y.kind == VKind::kString && SameMember(x.text, y.text)) continue;
    if (!Same(a.items[i], b.items[i])) return false;
  }
  return true;
}

bool Reader::SameMember(std::string_view a, std::string_view b) {
  if (a == b) return true;
  const auto x = ReadMember(a, "", 0);
  const auto y = x ? ReadMember(b, "", 0) : std::nullopt;
  return y && std::equal(x->begin(), x->end(), y->begin(), y->end());
}

std::optional<std::span<const std::byte>> Reader::ReadMember(std::string_view name, std::string_view ending,
                                                             uint64_t offset) {
  const zip::Member* member = name.ends_with(ending) ? archive_.Find(name) : nullptr;
  if (member == nullptr) {
    context_.Malformed("skops.member", offset,
                       "there is no member '" + Escape(name, 80) + "' of the kind " + std::string(ending));
    return std::nullopt;
  }
  if (!context_.ChargeUnfolded(member->size, offset)) return std::nullopt;
  if (const auto read = contents_.find(member->name); read != contents_.end()) return read->second;
  auto bytes = archive_.Read(*member, storage_.inflated);
  if (bytes.ok()) return contents_[member->name] = *bytes;
  const auto why = GetRejection(bytes.status());
  context_.Fail(why->reason, why->code, why->offset.value_or(offset), why->message, why->help);
  return std::nullopt;
}

// ---- Building ----

NewNode Reader::Make(Kind kind, const Record& record) const {
  NewNode node;
  node.kind = kind;
  node.offset = record.offset;
  return node;
}

void Reader::Count(const Record& record, bool called) {
  if (!quiet_) context_.CountGlobal(record.module, record.cls, record.offset, called);
}

Id Reader::AddGlobal(const Record& record) {
  Count(record);
  NewNode node = Make(Kind::kGlobal, record);
  node.text = record.written_module;
  node.module = record.module;
  node.name = record.cls;
  return context_.Add(std::move(node));
}

Id Reader::AddItems(Kind kind, const Record& record, std::vector<Id> items) {
  NewNode node = Make(kind, record);
  node.items = std::move(items);
  return context_.Add(std::move(node));
}

Id Reader::AddMade(const Record& record, graph::Made made, std::vector<Id> items, std::vector<Id> dict_items) {
  Count(record);
  if (made == graph::Made::kCall) Count(record, /*called=*/true);
  NewNode node = Make(Kind::kObject, record);
  node.made = made;
  node.module = record.module;
  node.name = record.cls;
  node.items = std::move(items);
  node.dict_items = std::move(dict_items);
  return context_.Add(std::move(node));
}

Id Reader::AddCalled(const Record& record, std::string_view module, std::string_view name, std::vector<Id> items,
                     Id state) {
  Count(record);
  NewNode node = Make(Kind::kObject, record);
  node.made = graph::Made::kCall;
  node.module = module;
  node.name = name;
  node.items = std::move(items);
  node.state = state;
  return context_.Add(std::move(node));
}

Id Reader::AddStr(std::string_view text, const Record& record) {
  NewNode node = Make(Kind::kStr, record);
  node.text = text;
  return context_.Add(std::move(node));
}

Id Reader::RefuseCall(const Record& record) {
  const Id callee = AddGlobal(record);
  if (callee == kNoId) return kNoId;
  Count(record, /*called=*/true);
  pickle::RefuseCall(context_, context_.graph[callee], record.loader, record.offset);
  return kNoId;
}

absl::StatusOr<graph::Graph> Read(std::span<const std::byte> file, const Limits& limits, codec::Spent before) {
  ASSIGN_OR_RETURN(auto archive, zip::Archive::Open(file, limits, zip::Rules::kStrict, before));
  graph::Graph graph;
  const auto storage = std::make_shared<Storage>();
  graph.stream = storage;
  graph.wrapper = "skops";
  Context context(graph, limits, archive.spent().inflated - before.inflated, "skops.unfolds");
  Reader reader(context, archive, *storage);
  graph.root = reader.Run();
  if (graph.root != graph::kNoId && !pickle::UnifyKeys(context)) graph.root = graph::kNoId;
  graph.stream_bytes = context.stream_bytes();
  if (context.failure()) {
    Rejection why = *context.failure();
    why.path = reader.path();
    return ToStatus(why);
  }
  return graph;
}

}  // namespace pratique::skops
