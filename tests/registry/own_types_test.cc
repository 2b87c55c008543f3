#include <gtest/gtest.h>

#include <array>

#include "pratique/pratique.h"
#include "registry/families.h"

namespace pratique {
namespace {

constexpr std::string_view kModules[] = {"shop"};

absl::StatusOr<Registry> With(const Family& family) { return Registry::BuiltinAnd(std::array{&family}); }

// A class of its own with the form of another one.
Class Own(std::string_view name) {
  Class type = *Registry::Builtin().Find("sklearn.preprocessing.MaxAbsScaler");
  type.name = name;
  type.modules = kModules;
  return type;
}

TEST(OwnTypes, StandBesideTheBuiltinOnes) {
  const std::array classes{Own("shop.api.Scaler")};
  const Family family{"shop", classes, {}};
  const absl::StatusOr<Registry> types = With(family);
  ASSERT_TRUE(types.ok()) << types.status();
  EXPECT_EQ(types->Find("shop.api.Scaler"), &classes[0]);
  EXPECT_EQ(types->FindAlias("shop.Scaler"), &classes[0]);
  EXPECT_EQ(types->FamilyOf(classes[0]), &family);
  EXPECT_TRUE(types->IsFamily("shop"));
  EXPECT_EQ(types->classes().size(), Registry::Builtin().classes().size() + 1);
  for (const Class* type : Registry::Builtin().classes()) EXPECT_EQ(types->Find(type->name), type);
  EXPECT_NE(types->digest(), Registry::Builtin().digest());
  // The built-in registry has learned nothing.
  EXPECT_EQ(Registry::Builtin().Find("shop.api.Scaler"), nullptr);
  EXPECT_FALSE(Registry::Builtin().IsFamily("shop"));
}

TEST(OwnTypes, NoneIsTheBuiltinRegistry) {
  const absl::StatusOr<Registry> types = Registry::BuiltinAnd({});
  ASSERT_TRUE(types.ok());
  EXPECT_EQ(types->digest(), Registry::Builtin().digest());
}

TEST(OwnTypes, ReplaceNoOther) {
  const std::array same_name{Own("sklearn.preprocessing.MaxAbsScaler")};
  EXPECT_FALSE(With({"shop", same_name, {}}).ok());
  Class same_place = Own("shop.MaxAbsScaler");
  constexpr std::string_view kTheirs[] = {"sklearn.preprocessing._data"};
  same_place.modules = kTheirs;
  const std::array places{same_place};
  EXPECT_FALSE(With({"shop", places, {}}).ok());
  const std::array twice{Own("shop.Scaler"), Own("shop.Scaler")};
  EXPECT_FALSE(With({"shop", twice, {}}).ok());
  const std::array once{Own("shop.Scaler")};
  EXPECT_FALSE(With({"linear", once, {}}).ok());
  const std::array nowhere{Own("Scaler")};
  EXPECT_FALSE(With({"shop", nowhere, {}}).ok());
}

}  // namespace
}  // namespace pratique
