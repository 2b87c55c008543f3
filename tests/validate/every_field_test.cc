// For every field of every type: a model with that field broken is refused, and the path names the field. The defects
// are made from the rules, the models by scikit-learn.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "container/writer.h"
#include "data/file_io.h"
#include "fuzz/violations.h"
#include "pratique/pratique.h"
#include "state/layout.h"
#include "type/class.h"
#include "validate/states.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

// "model.steps[1] RandomForestClassifier.nodes[203].left" -> ".nodes.left" is in it, indexes aside.
std::string WithoutIndexes(std::string_view path) {
  std::string out;
  int depth = 0;
  for (char c : path) {
    depth += c == '[';
    if (depth == 0) out += c;
    depth -= c == ']';
  }
  return out;
}

absl::StatusOr<Validated> ValidateAgain(const FileToWrite& file) {
  auto bytes = WriteFile(file);
  if (!bytes.ok()) return bytes.status();
  auto opened = Open(std::as_bytes(std::span(bytes->data(), bytes->size())));
  if (!opened.ok()) return opened.status();
  auto audited = Audit(*opened, Policy());
  if (!audited.ok()) return audited.status();
  return Validate(*audited);
}

struct Coverage {
  std::map<std::string, std::set<std::string>> broken;   // table -> fields that some defect broke
  std::map<std::string, std::set<std::string>> without;  // table -> fields that had no defect to break, in some model
  int defects = 0;
};

void BreakEverything(const std::string& path, std::map<std::string, int>& budget, Coverage& coverage) {
  auto bytes = ReadFile(path, Limits());
  ASSERT_TRUE(bytes.ok()) << path;
  auto imported = Import(std::as_bytes(bytes->span()));
  if (!imported.ok()) return;  // judged by models_test
  auto file = Open(std::as_bytes(std::span(imported->prq.data(), imported->prq.size())));
  ASSERT_TRUE(file.ok()) << file.status();
  auto audited = Audit(*file, Policy());
  ASSERT_TRUE(audited.ok()) << audited.status();
  auto validated = Validate(*audited);
  ASSERT_TRUE(validated.ok()) << path << ": " << validated.status();
  auto parts = Unpack(*file);
  ASSERT_TRUE(parts.ok());
  for (size_t i = 0; i < file->objects().size(); ++i) {
    const Class& type = *audited->classes()[i];
    if (--budget[std::string(type.name)] < 0) continue;
    const Plan& plan = type.form->plan();
    Arena arena;
    testing::ViolationMaker maker(arena);
    for (const testing::Defect& defect : maker.Make(plan, validated->states().states[i])) {
      FileToWrite broken = *parts;
      auto state = Encode(plan, defect.state);
      ASSERT_TRUE(state.ok());
      broken.objects[i].state = *state;
      auto result = ValidateAgain(broken);
      ++coverage.defects;
      ASSERT_FALSE(result.ok()) << path << ": " << plan.table << "." << defect.field << " broken (" << defect.rule
                                << ") and accepted";
      auto why = GetRejection(result.status());
      ASSERT_TRUE(why);
      EXPECT_EQ(why->reason, Reason::kInvalid) << result.status();
      // An absent field is refused by its table's layout; another size may be named by the field that it no longer
      // fits.
      if (defect.rule != "required" && defect.rule != "shape") {
        EXPECT_NE(WithoutIndexes(why->path).find("." + defect.field), std::string::npos)
            << plan.table << "." << defect.field << " (" << defect.rule << "): " << result.status();
      }
      coverage.broken[plan.table].insert(defect.field.substr(0, defect.field.find('.')));
    }
    for (const FieldPlan& f : plan.fields) coverage.without[plan.table].insert(f.name);
  }
}

TEST(EveryField, BrokenIsRefusedByItsPath) {
  Coverage coverage;
  std::map<std::string, int> budget;  // objects still to break of each class
  for (const Class* type : Registry::Builtin().classes()) budget[std::string(type->name)] = 80;
  std::vector<std::string> paths;
  for (const auto& entry : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1")) {
    if (fs::exists(entry.path() / "model.joblib")) paths.push_back((entry.path() / "model.joblib").string());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) BreakEverything(path, budget, coverage);
  EXPECT_GT(coverage.defects, 500);
  // What is left has `any` or only a size that others prove; each must be named in its schema as such.
  for (auto& [table, fields] : coverage.without) {
    for (const std::string& broken : coverage.broken[table]) fields.erase(broken);
    const Class* type = nullptr;
    for (const Class* c : Registry::Builtin().classes())
      if (table == c->form->info->table) type = c;
    ASSERT_NE(type, nullptr);
    for (const FieldPlan& f : type->form->plan().fields) {
      if (!fields.count(f.name)) continue;
      EXPECT_TRUE(f.rules.any || f.dim >= 0) << table << "." << f.name << ": no negative test was made";
    }
  }
}

TEST(EveryField, EveryRegisteredFormWasMet) {
  std::set<std::string> met;
  for (const auto& entry : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/models/1.9.1")) {
    auto bytes = ReadFile((entry.path() / "model.joblib").string(), Limits());
    if (!bytes.ok()) continue;
    auto imported = Import(std::as_bytes(bytes->span()));
    if (!imported.ok()) continue;
    auto file = Open(std::as_bytes(std::span(imported->prq.data(), imported->prq.size())));
    ASSERT_TRUE(file.ok());
    for (const ObjectRecord& object : file->objects()) met.insert(std::string(object.type));
  }
  met.insert("xgboost.Booster");  // predicts for a DMatrix, which no case holds; its form is that of the wrappers
  for (const Class* type : Registry::Builtin().classes())
    EXPECT_TRUE(met.count(std::string(type->name))) << type->name << " has no model in tests/models/1.9.1";
}

}  // namespace
}  // namespace pratique
