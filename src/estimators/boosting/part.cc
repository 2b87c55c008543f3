#include "estimators/boosting/part.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "import/sklearn/elements.h"
#include "import/sklearn/shown.h"
#include "pratique/rejection.h"
#include "status_macros.h"
#include "type/words.h"

namespace pratique {

using graph::Id;
using graph::Kind;
using graph::kNoId;

absl::StatusOr<Part> Part::Of(ImportContext& context, Id id, std::string path, std::string_view type) {
  if (id == kNoId) return context.Absent(path, absl::StrCat("a ", std::string(type)));
  const graph::Node& node = context.graph()[id];
  const bool is_type = node.kind == Kind::kObject && node.made == graph::Made::kNew && TypeName(node) == type &&
                       node.state != kNoId && context.graph()[node.state].kind == Kind::kDict &&
                       node.list_items.empty() && node.dict_items.empty();
  if (!is_type) {
    return context.Unsupported(path, absl::StrCat("a ", TypeName(node)),
                               absl::StrCat("fit makes it a ", std::string(type), "."));
  }
  context.arena().Charge(context.graph()[node.state].items.size() * sizeof(Id));  // objects can share one dict
  return Part(context, id, std::move(path));
}

absl::Status Part::HasOnly(std::string_view attributes) const {
  const graph::Graph& graph = context_->graph();
  for (size_t i = 0; i + 1 < graph[graph[id_].state].items.size(); i += 2) {
    const graph::Node& key = graph[graph[graph[id_].state].items[i]];
    const std::string_view name = key.kind == Kind::kStr ? key.text : std::string_view();
    if (HasWord(attributes, name)) continue;
    return context_->Unsupported(absl::StrCat(path_, ".", Escape(name, 80)),
                                 "an attribute that is not known and could change predictions",
                                 "If you or a tool set it, delete it and save again.");
  }
  return absl::OkStatus();
}

absl::Status Part::Other(std::string_view attribute, std::string_view expected) const {
  const Id id = (*this)[attribute];
  return context_->Unsupported(absl::StrCat(path_, ".", std::string(attribute)),
                               id == kNoId ? "nothing" : absl::StrCat("another ", TypeName(context_->graph()[id])),
                               absl::StrCat("fit makes it ", std::string(expected), "."));
}

absl::Status Part::IsNone(std::string_view attribute) const {
  const Id id = (*this)[attribute];
  const bool is_none = id != kNoId && context_->graph()[id].kind == Kind::kNone;
  return is_none ? absl::OkStatus() : Other(attribute, "None");
}

absl::Status Part::IsFalse(std::string_view attribute) const {
  const Id id = (*this)[attribute];
  const bool is_false = id != kNoId && context_->graph()[id].kind == Kind::kBool && context_->graph()[id].integer == 0;
  return is_false ? absl::OkStatus() : Other(attribute, "False");
}

absl::Status Part::IsNaN(std::string_view attribute) const {
  const Id id = (*this)[attribute];
  const bool is_nan =
      id != kNoId && context_->graph()[id].kind == Kind::kFloat && std::isnan(context_->graph()[id].real);
  return is_nan ? absl::OkStatus() : Other(attribute, "NaN");
}

absl::Status Part::IsText(std::string_view attribute, std::string_view text) const {
  const Id id = (*this)[attribute];
  const bool is_text = id != kNoId && context_->graph()[id].kind == Kind::kStr && context_->graph()[id].text == text;
  return is_text ? absl::OkStatus() : Other(attribute, absl::StrCat("'", std::string(text), "'"));
}

absl::Status Part::IsNumber(std::string_view attribute, uint64_t number) const {
  const Id id = (*this)[attribute];
  const std::optional<int64_t> got = id == kNoId ? std::nullopt : ReadNumber<int64_t>(context_->graph()[id]);
  const bool same = got && *got >= 0 && static_cast<uint64_t>(*got) == number;
  return same ? absl::OkStatus() : Other(attribute, absl::StrCat(number));
}

absl::Status Part::HasDefaultOutput() const {
  const graph::Graph& graph = context_->graph();
  const Id config = (*this)["_sklearn_output_config"];
  if (config == kNoId) return absl::OkStatus();
  const Id container = graph[config].kind == Kind::kDict ? graph.Find(config, "transform") : kNoId;
  const bool is_default = container != kNoId && graph[config].items.size() == 2 &&
                          graph[container].kind == Kind::kStr && graph[container].text == "default";
  return is_default ? absl::OkStatus() : Other("_sklearn_output_config", "{'transform': 'default'}");
}

absl::Status Part::HasNames(Strings names) const {
  const Id id = (*this)["feature_names_in_"];
  if (id == kNoId) return names.empty() ? absl::OkStatus() : Other("feature_names_in_", "the names of the model");
  ASSIGN_OR_RETURN(Strings mine, context_->StringArray(id, absl::StrCat(path_, ".feature_names_in_")));
  return std::ranges::equal(mine, names) ? absl::OkStatus() : Other("feature_names_in_", "the names of the model");
}

}  // namespace pratique
