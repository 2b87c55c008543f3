#include "estimators/compose/part_names.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "pratique/rejection.h"

namespace pratique {
namespace {

constexpr std::string_view kPart = "{transformer_name}", kFeature = "{feature_name}";

// The pieces of a format of Python's: kPart, kFeature, and text between them. nullopt: it asks for anything else.
std::optional<std::vector<std::string_view>> Pieces(std::string_view format) {
  std::vector<std::string_view> pieces;
  while (!format.empty()) {
    size_t size = std::min(format.find_first_of("{}"), format.size());
    if (format.starts_with(kPart) || format.starts_with(kFeature)) {
      pieces.push_back(format.substr(0, format.find('}') + 1));
      size = pieces.back().size();
    } else if (size > 0) {
      pieces.push_back(format.substr(0, size));
    } else if (format.starts_with("{{") || format.starts_with("}}")) {
      pieces.push_back(format.substr(0, 1));
      size = 2;
    } else {
      return std::nullopt;
    }
    format.remove_prefix(size);
  }
  return pieces;
}

absl::Status CheckUnique(Strings names) {
  std::vector<std::string_view> sorted(names.begin(), names.end());
  std::ranges::sort(sorted);
  const auto twice = std::ranges::adjacent_find(sorted);
  if (twice == sorted.end()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("'", Escape(*twice, 80), "' would name several columns: verbose_feature_names_out is False"));
}

}  // namespace

Naming TakeNaming(ImportContext& context, bool takes_format) {
  const graph::Id id = context.Take("verbose_feature_names_out");
  if (id == graph::kNoId) return {fb::Naming::Formatted, {}};
  const graph::Node& verbose = context.graph()[id];
  if (verbose.kind == graph::Kind::kBool)
    return {verbose.integer != 0 ? fb::Naming::Formatted : fb::Naming::Unique, {}};
  if (verbose.kind != graph::Kind::kStr) return {};
  if (!takes_format) return {verbose.text.empty() ? fb::Naming::Unique : fb::Naming::Formatted, {}};
  if (!Pieces(verbose.text)) return {};
  return {fb::Naming::Formatted, context.arena().Copy(verbose.text)};
}

absl::StatusOr<Strings> NamesSideBySide(Naming naming, Strings part_names, std::span<const Strings> parts,
                                        FeatureNames& names) {
  if (naming.rule == fb::Naming::Unknown) return absl::NotFoundError("verbose_feature_names_out is a function");
  size_t n = 0;
  for (const Strings& part : parts) n += part.size();
  std::span<std::string_view> out = names.New(n);
  n = 0;
  for (const Strings& part : parts) {
    std::ranges::copy(part, out.begin() + static_cast<ptrdiff_t>(n));
    n += part.size();
  }
  if (naming.rule == fb::Naming::Unique) {
    if (absl::Status status = CheckUnique(out); !status.ok()) return status;
    return Strings(out);
  }
  const auto pieces = Pieces(naming.format.data() == nullptr ? "{transformer_name}__{feature_name}" : naming.format);
  if (!pieces) return absl::NotFoundError("verbose_feature_names_out is a format of another kind");
  std::vector<std::string_view> filled(pieces->size());
  n = 0;
  for (size_t t = 0; t < parts.size(); ++t) {
    for (std::string_view feature : parts[t]) {
      for (size_t k = 0; k < filled.size(); ++k) {
        const std::string_view piece = (*pieces)[k];
        filled[k] = piece == kPart ? part_names[t] : piece == kFeature ? feature : piece;
      }
      out[n++] = names.Join(std::span<const std::string_view>(filled));
    }
  }
  return Strings(out);
}

}  // namespace pratique
