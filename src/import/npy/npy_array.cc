#include "import/npy/npy_array.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "data/npy_fields.h"
#include "import/value/numpy.h"

namespace pratique::npy {
namespace {

using graph::DType;

// "<f8", "|b1", "<M8[25us]": numpy's array-interface text, byte order first.
std::optional<DType> ParseDescr(std::string_view descr) {
  if (descr.size() < 2 || std::string_view("<>|").find(descr[0]) == std::string_view::npos) return std::nullopt;
  std::string_view type = descr.substr(1), unit;
  if (const size_t bracket = type.find('['); bracket != type.npos) {
    if ((type[0] != 'M' && type[0] != 'm') || !type.ends_with(']') || type.size() - bracket > 12) return std::nullopt;
    unit = type.substr(bracket + 1, type.size() - bracket - 2);
    type = type.substr(0, bracket);
  }
  std::optional<DType> dtype = pickle::ParseType(type);
  // '|' is for what has no order, and only that.
  if (!dtype || dtype->kind == 'O' ||
      (descr[0] == '|') != (dtype->itemsize == 1 || dtype->kind == 'S' || dtype->kind == 'V'))
    return std::nullopt;
  dtype->big_endian = descr[0] == '>';
  dtype->unit = unit;
  return dtype;
}

// Fields in order; numpy writes padding as unnamed void fields.
std::optional<DType> ParseRecord(const std::vector<NpyFields::Field>& fields) {
  DType record;
  record.kind = 'V';
  record.itemsize = 0;
  for (const NpyFields::Field& field : fields) {
    const std::optional<DType> dtype = ParseDescr(field.descr);
    if (!dtype || dtype->itemsize > UINT32_MAX / 2 - record.itemsize) return std::nullopt;
    const bool twice =
        std::any_of(record.fields.begin(), record.fields.end(), [&](const auto& f) { return f.name == field.name; });
    if (twice || (field.name.empty() && dtype->kind != 'V')) return std::nullopt;
    if (!field.name.empty())
      record.fields.push_back({field.name, record.itemsize, std::make_shared<const DType>(*dtype)});
    record.itemsize += dtype->itemsize;
  }
  return record.fields.empty() ? std::nullopt : std::optional(record);
}

}  // namespace

pickle::Id ReadArray(pickle::Context& context, std::span<const std::byte> file, std::string_view name,
                     uint64_t offset) {
  const auto* const chars = reinterpret_cast<const char*>(file.data());
  auto fields = ParseNpyFields({chars, file.size()});
  if (!fields.ok()) {
    context.Malformed("numpy.npy", offset, Escape(name, 80) + ": " + GetRejection(fields.status())->message);
    return pickle::kNoId;
  }
  const std::optional<DType> dtype = fields->record.empty() ? ParseDescr(fields->descr) : ParseRecord(fields->record);
  if (!dtype) {
    const bool objects = fields->descr.ends_with('O') ||
                         std::any_of(fields->record.begin(), fields->record.end(),
                                     [](const auto& field) { return field.descr.find('O') != std::string::npos; });
    context.Fail(objects ? Reason::kMalformed : Reason::kUnsupported, objects ? "numpy.objects" : "numpy.dtype", offset,
                 Escape(name, 80) +
                     (objects ? " is an object array: a pickle, which is never read here"
                              : " has the dtype " +
                                    (fields->record.empty() ? "'" + Escape(fields->descr, 60) + "'" : "of a record") +
                                    ", which no supported model has"));
    return pickle::kNoId;
  }
  if (!pickle::ShapeFits(context, fields->shape, offset)) return pickle::kNoId;
  const pickle::Id id = pickle::AddArray(context, std::make_shared<const DType>(*dtype), std::move(fields->shape),
                                         {chars + fields->offset, file.size() - fields->offset}, offset);
  if (id != pickle::kNoId) context.graph.At(id).fortran = fields->fortran_order;
  return id;
}

}  // namespace pratique::npy
