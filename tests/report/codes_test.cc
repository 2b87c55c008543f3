#include "report/codes.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <string>

#include "policy/limit_fields.h"

namespace pratique {
namespace {

// String literals that look like codes and are not.
const std::set<std::string> kOther = {"joblib.numpy_pickle",
                                      "joblib.numpy_pickle_compat",
                                      "joblib.externals",
                                      "joblib.memory",
                                      "joblib._store_backends",
                                      "model.weights",
                                      "numpy.char",
                                      "numpy.ma",
                                      "numpy.random",
                                      "numpy.linalg",
                                      "numpy.testing",
                                      "numpy.f2py",
                                      "numpy.distutils",
                                      "numpy.ndarray",
                                      "numpy.rec",
                                      "numpy.core",
                                      "numpy._core"};

TEST(Codes, EveryCodeInTheSourcesIsInTheTable) {
  const std::regex literal(
      R"re("((container|pickle|joblib|skops|zip|numpy|codec|type|state|limit|policy|golden|input|io|internal|format|model|output|sha256)\.[a-z0-9_]+)")re");
  size_t found = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(PRATIQUE_SOURCE_DIR "/src")) {
    std::string extension = entry.path().extension();
    if (extension != ".cc" && extension != ".h") continue;
    std::ifstream in(entry.path());
    std::string text(std::istreambuf_iterator<char>(in), {});
    for (std::sregex_iterator at(text.begin(), text.end(), literal), end; at != end; ++at) {
      std::string code = (*at)[1];
      if (kOther.contains(code)) continue;
      ++found;
      EXPECT_NE(FindCode(code), nullptr) << code << " in " << entry.path();
    }
  }
  EXPECT_GT(found, Codes().size());  // the table itself, and uses
}

TEST(Codes, EveryLimitHasOne) {
  for (const LimitField& field : LimitFields())
    EXPECT_NE(FindCode("limit." + std::string(field.name)), nullptr) << field.name;
}

TEST(Codes, EachSaysWhatItMeansAndWhatToDo) {
  for (const CodeInfo& info : Codes()) {
    EXPECT_EQ(FindCode(info.code), &info);
    EXPECT_TRUE(info.means.ends_with('.')) << info.code;
    EXPECT_TRUE(info.to_do.ends_with('.')) << info.code;
  }
  EXPECT_EQ(FindCode("no.such_code"), nullptr);
}

}  // namespace
}  // namespace pratique
