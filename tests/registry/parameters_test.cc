#include "registry/parameters.h"

#include <gmock/gmock.h>

#include <set>

#include "pratique/registry.h"
#include "type/class.h"
#include "type/words.h"

namespace pratique {
namespace {

// The names of a class's parameters in 1.MINOR, with a space between them.
std::string In(std::string_view class_name, int minor) {
  std::string names;
  for (const Parameter& parameter : ParametersOf(class_name)) {
    if (parameter.IsIn({1, minor, 0})) names += (names.empty() ? "" : " ") + std::string(parameter.name);
  }
  return names;
}

TEST(Parameters, AreThoseOfTheirRelease) {
  constexpr std::string_view kEncoder = "sklearn.preprocessing.OneHotEncoder";
  EXPECT_EQ(In(kEncoder, 1), "categories drop dtype handle_unknown max_categories min_frequency sparse");
  EXPECT_EQ(In(kEncoder, 2), "categories drop dtype handle_unknown max_categories min_frequency sparse sparse_output");
  EXPECT_EQ(In(kEncoder, 9),
            "categories drop dtype feature_name_combiner handle_unknown max_categories min_frequency sparse_output");
  EXPECT_EQ(In("sklearn.preprocessing.StandardScaler", 9), "copy with_mean with_std");
  EXPECT_EQ(In("sklearn.preprocessing.StandardScalerer", 9), "");
}

// What a class says of its parameters is said of parameters (some classes keep those of their siblings, as SVC
// epsilon), and of none that it reads.
TEST(Parameters, ClassesNameTheirOwn) {
  std::set<std::string_view> known;
  for (const Class* type : Registry::Builtin().classes()) {
    const std::vector<Parameter> parameters = ParametersOf(type->name);
    const bool has_none = !type->name.starts_with("sklearn.") || type->short_name() == "LabelEncoder" ||
                          type->short_name() == "KernelCenterer";
    EXPECT_EQ(parameters.empty(), has_none) << type->name;
    for (const Parameter& parameter : parameters) known.insert(parameter.name);
  }
  for (const Class* type : Registry::Builtin().classes()) {
    if (type->name.starts_with("sklearn.")) {  // other libraries' are not listed by release
      ForEachWord(type->fit_parameters,
                  [&](std::string_view word) { EXPECT_TRUE(known.contains(word)) << type->name << " " << word; });
    }
    for (const FieldPlan& field : type->form->plan().fields)
      EXPECT_TRUE(field.python.empty() || !type->IsInert(field.python)) << type->name << " " << field.python;
  }
}

}  // namespace
}  // namespace pratique
