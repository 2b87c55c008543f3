// What ColumnTransformer and FeatureUnion call the columns of their parts: verbose_feature_names_out.
#pragma once

#include "absl/status/statusor.h"
#include "compose_generated.h"
#include "import/sklearn/import_context.h"
#include "model/feature_names.h"

namespace pratique {

// How, and the format where one is given; by a rule that is not known for a function, or for a format that does more
// than to name the two.
struct Naming {
  fb::Naming rule = fb::Naming::Unknown;
  std::string_view format;  // absent: "{transformer_name}__{feature_name}"
};

// verbose_feature_names_out. `takes_format`: text is a format there, else it is as good as True.
Naming TakeNaming(ImportContext& context, bool takes_format);

// The columns of the parts, left to right, each part with its name (sklearn/compose/_column_transformer.py
// _add_prefix_for_feature_names_out, 1.9).
absl::StatusOr<Strings> NamesSideBySide(Naming naming, Strings part_names, std::span<const Strings> parts,
                                        FeatureNames& names);

}  // namespace pratique
