// Attributes that scikit-learn asks for, whatever they hold.
#pragma once

#include <initializer_list>
#include <string_view>

#include "absl/status/status.h"
#include "import/sklearn/import_context.h"

namespace pratique {

// Refuses an object that lacks one of them: a method would stop there, though no number follows from its value.
inline absl::Status CheckNeeded(const ImportContext& context, std::initializer_list<std::string_view> attributes) {
  for (const std::string_view attribute : attributes) {
    if (!context.Has(attribute)) return context.Absent(attribute, "what fit leaves there");
  }
  return absl::OkStatus();
}

// random_state, of which a method makes a generator whether or not it draws (sklearn/utils/validation.py
// check_random_state).
inline absl::Status CheckSeed(ImportContext& context) {
  constexpr std::string_view kName = "random_state";
  const graph::Id id = context.Take(kName);
  if (id == graph::kNoId) return context.SavedAgain(kName);
  const graph::Node& node = context.graph()[id];
  const bool is_generator = node.kind == graph::Kind::kObject && node.module.starts_with("numpy.random");
  if (is_generator || context.IsNone(id)) return absl::OkStatus();
  const absl::StatusOr<int64_t> seed = context.Int(id, kName);
  if (seed.ok() && *seed >= 0 && *seed <= UINT32_MAX) return absl::OkStatus();
  return context.Unsupported(kName, "what no generator is made of", "Give None or an integer.");
}

}  // namespace pratique
