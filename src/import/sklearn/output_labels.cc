#include "import/sklearn/output_labels.h"

#include "absl/strings/str_cat.h"
#include "status_macros.h"

namespace pratique {

absl::StatusOr<Array<Values>> TakeOutputLabels(ImportContext& context, uint64_t n_outputs) {
  const graph::Id id = context.Take("classes_");
  std::span<const graph::Id> lists(&id, 1);
  if (n_outputs > 1) {
    const bool is_list = id != graph::kNoId && context.graph()[id].kind == graph::Kind::kList;
    if (!is_list || context.graph()[id].items.size() != n_outputs)
      return context.Invalid("classes_", "another value", absl::StrCat("a list of ", n_outputs, " arrays"));
    lists = context.graph()[id].items;
  }
  std::span<Values> classes = context.arena().New<Values>(lists.size());
  for (size_t k = 0; k < lists.size(); ++k) {
    ASSIGN_OR_RETURN(Values values,
                     context.ValuesOf(lists[k], n_outputs > 1 ? absl::StrCat("classes_[", k, "]") : "classes_"));
    classes[k] = values;
    // predict writes all labels into one array of the first one's dtype, which cuts longer text off.
    const graph::DType &first = *context.graph()[lists[0]].dtype, &dtype = *context.graph()[lists[k]].dtype;
    if (dtype.kind != first.kind || dtype.itemsize != first.itemsize)
      return context.Unsupported(absl::StrCat("classes_[", k, "]"), dtype.ToString(),
                                 "All outputs' labels are of one dtype.");
  }
  return classes;
}

}  // namespace pratique
