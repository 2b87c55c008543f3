// The inert graph: what a pickle, joblib or .skops file says, as plain data.
//
// Guarantees: every id is valid; text is UTF-8 (a lone surrogate is refused); an array's bytes are exactly shape x
// itemsize;
//   nothing was executed, imported, looked up or called to make it.
// Does NOT guarantee: any class is known; the graph is a tree (values can be shared, lists can contain themselves);
//   any content makes sense. The sklearn importer (src/import/sklearn) decides what is understood.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pratique::graph {

using Id = uint32_t;
inline constexpr Id kNoId = UINT32_MAX;

enum class Kind : uint8_t {
  kNone,
  kBool,
  kInt,
  kBigInt,
  kFloat,
  kStr,
  kBytes,
  kList,
  kTuple,
  kSet,
  kDict,
  kGlobal,  // a class or function named as a value: `module`, `name`
  kObject,  // an instance: class or callable, arguments, state
  kDType,   // numpy.dtype
  kArray,   // numpy.ndarray (ndim >= 0) or numpy scalar (`is_scalar`)
};

// A numpy dtype. kind: numpy's character: b i u f c S U V O M m. Structured dtypes (V) have fields.
struct DType {
  struct Field {
    std::string name;
    uint64_t offset = 0;
    std::shared_ptr<const DType> dtype;
  };
  char kind = 'f';
  uint32_t itemsize = 8;      // bytes; U: 4 per character
  bool big_endian = false;    // as stored; importers swap
  std::string unit;           // M, m: "ns", "25us"; empty for generic
  std::vector<Field> fields;  // V: in order of offset, none overlaps, none is itself structured
  bool operator==(const DType& other) const;
  std::string ToString() const;  // "<f8", "|S5", "[('left_child','<i8'),...]"
};

// How an instance came to be. Only kNew and kState are innocent: an unknown callable that is *called* is refused by the
// reader itself, so an object of kind kCall names a callable on the reader's list of inert calls.
enum class Made : uint8_t {
  kNew /* NEWOBJ: cls.__new__(cls, *args) */,
  kCall /* REDUCE of a listed callable */,
  kOther
};

// What few values have. Out of line: a stream makes a value of every byte, and most of them are small.
struct Rare {
  std::string_view module;     // kGlobal; kObject: the class's or callable's module, in its Python 3 and numpy 2 form
  std::string_view name;       // kGlobal, kObject
  std::vector<Id> list_items;  // kObject: what APPEND(S) gave it
  std::vector<Id> dict_items;  // kObject: key, value, ... that SETITEM(S) gave it
  std::shared_ptr<const DType> dtype;  // kArray, kDType
  std::vector<uint64_t> shape;         // kArray
  std::span<const std::byte> bytes;    // kArray not O: raw elements in stored order; may be unaligned
};

// A value as the graph keeps it.
struct Stored {
  Kind kind = Kind::kNone;
  Made made = Made::kOther;
  bool is_scalar : 1 = false;  // kArray: a numpy scalar (np.float64(3)), shape {}
  bool fortran : 1 = false;    // kArray: column-major
  bool read_only : 1 = false;  // kArray: Python may not write to it, as over bytes in a pickle of protocol 5
  bool hashable : 1 = true;    // what Python cannot hash is no key: containers that can change, and tuples of such
  bool settled : 1 = false;  // something copied it, or it is shared: what the stream does to it later is not seen there
  Id state = kNoId;          // kObject (kArray, kDType): what BUILD gave it; kNoId when it had none
  uint64_t offset = 0;       // where in the (decompressed) stream its first opcode stood
  union {
    int64_t integer = 0;  // kBool, kInt
    double real;          // kFloat
  };
  std::string_view text;  // kStr, kBytes, kBigInt (little-endian two's complement); kGlobal: module as written
  std::vector<Id> items;  // kList kTuple kSet: elements; kDict: key, value, key, value, ...; kObject: arguments;
                          // kArray of dtype O: elements in C order
  std::unique_ptr<Rare> rare;

  Rare& Widen() {
    if (rare == nullptr) rare = std::make_unique<Rare>();
    return *rare;
  }
};
static_assert(sizeof(Stored) <= 72);

// A value of the graph, to read: valid until something is added to it or changed. Not the value itself.
struct Node {
  Kind kind;
  Made made;
  bool is_scalar, fortran, read_only, hashable, settled;
  Id state;
  uint64_t offset;
  int64_t integer;
  double real;
  std::string_view text, module, name;
  const std::vector<Id>&items, &list_items, &dict_items;
  const std::shared_ptr<const DType>& dtype;
  const std::vector<uint64_t>& shape;
  std::span<const std::byte> bytes;
};

// A value that is yet to be added.
struct NewNode {
  Kind kind = Kind::kNone;
  Made made = Made::kOther;
  bool is_scalar = false;
  bool fortran = false;
  bool hashable = true;
  bool settled = false;
  uint64_t offset = 0;
  int64_t integer = 0;
  double real = 0;
  std::string_view text;
  std::string_view module;
  std::string_view name;
  std::vector<Id> items;
  Id state = kNoId;
  std::vector<Id> list_items;
  std::vector<Id> dict_items;
  std::shared_ptr<const DType> dtype;
  std::vector<uint64_t> shape;
  std::span<const std::byte> bytes;

  bool IsWide() const {
    return !module.empty() || !name.empty() || !list_items.empty() || !dict_items.empty() || dtype != nullptr ||
           !shape.empty() || bytes.data() != nullptr;
  }
  Node Seen() const {
    return {kind, made,   is_scalar, fortran, /*read_only=*/false, hashable,   settled, state, offset, integer, real,
            text, module, name,      items,   list_items,          dict_items, dtype,   shape, bytes};
  }
};

class Graph {
 public:
  Node operator[](Id id) const {
    static const Rare kNothing;
    const Stored& v = nodes_[id];
    const Rare& rare = v.rare != nullptr ? *v.rare : kNothing;
    const bool is_float = v.kind == Kind::kFloat;
    return {v.kind,
            v.made,
            v.is_scalar,
            v.fortran,
            v.read_only,
            v.hashable,
            v.settled,
            v.state,
            v.offset,
            is_float ? 0 : v.integer,
            is_float ? v.real : 0,
            v.text,
            rare.module,
            rare.name,
            v.items,
            rare.list_items,
            rare.dict_items,
            rare.dtype,
            rare.shape,
            rare.bytes};
  }
  // To change it.
  Stored& At(Id id) {
    indexes_.clear();  // what changes is not what was indexed
    return nodes_[id];
  }
  size_t size() const { return nodes_.size(); }
  Id Add(NewNode node);
  Id root = kNoId;

  // Keeps bytes alive as long as the graph (inflated streams, decoded text); the view stays valid when the graph moves.
  std::string_view Keep(std::string bytes) {
    return *kept_.emplace_back(std::make_unique<std::string>(std::move(bytes)));
  }
  // The inflated stream that views point into; null when they point into the caller's own bytes.
  std::shared_ptr<const void> stream;

  // The value of a str key in a dict (or in the dict state of an object); kNoId when absent. Last wins, as in Python.
  // Large dicts are indexed when first asked, so that asking for each key of a dict costs no more than sorting it.
  Id Find(Id dict_or_object, std::string_view key) const;

  uint64_t stream_bytes = 0;  // its length

  // How the stream was stored: "pickle", "joblib", "joblib+zlib", "pickle+gzip", "skops", ...
  std::string wrapper;
  // Library versions the file claims or shows: "numpy" -> "2" (module names), "python", "joblib".
  std::map<std::string, std::string> written_by;
  uint8_t protocol = 0;
  // Every (module, name) the stream names (as in Node), in order of first offset, with how often and whether it was
  // ever called. Complete even for names that no object uses.
  struct Global {
    std::string module, name;
    uint64_t offset = 0;
    uint64_t count = 0;
    bool called = false;
  };
  std::vector<Global> globals;
  // .skops: the types that skops would ask its caller to trust, as get_untrusted_types says.
  std::set<std::string> skops_untrusted;

 private:
  struct Entry {
    std::string_view key;
    Id value;
  };
  mutable std::map<Id, std::vector<Entry>> indexes_;  // of large dicts: sorted, each key once
  std::deque<Stored> nodes_;
  std::vector<std::unique_ptr<std::string>> kept_;
};

}  // namespace pratique::graph
