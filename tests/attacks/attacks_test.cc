// Every file of tests/attacks is refused, and for the reason that manifest.tsv gives; none costs more than its size allows.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "data/file_io.h"
#include "import/pickle/names.h"
#include "import/pickle/pickle.h"
#include "import/sklearn/names.h"
#include "pratique/pratique.h"
#include "tests/import/assembler.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(PRATIQUE_SOURCE_DIR) / "tests/attacks";

struct Attack {
  std::string file, verdict, reason, code, wrong;
  std::string path() const { return (kFolder / "files" / file).string(); }
};

std::vector<Attack> Attacks() {
  std::vector<Attack> attacks;
  std::ifstream manifest(kFolder / "manifest.tsv");
  std::string line;
  std::getline(manifest, line);
  while (std::getline(manifest, line)) {
    const std::vector<std::string> cells = absl::StrSplit(line, '\t');
    EXPECT_EQ(cells.size(), 5u) << line;
    if (cells.size() == 5) attacks.push_back({cells[0], cells[1], cells[2], cells[3], cells[4]});
  }
  return attacks;
}

TEST(Attacks, EveryFileHasItsVerdict) {
  const std::vector<Attack> attacks = Attacks();
  ASSERT_GT(attacks.size(), 100u);
  for (const Attack& attack : attacks) {
    SCOPED_TRACE(attack.file + ": " + attack.wrong);
    const Report report = Scan(attack.path());
    const std::string message = report.findings.empty() ? "" : report.findings[0].message;
    EXPECT_EQ(Name(report.verdict), attack.verdict) << message;
    EXPECT_EQ(Name(report.reason), attack.reason) << message;
    if (!attack.code.empty() && !report.findings.empty()) {
      EXPECT_EQ(report.findings[0].code, attack.code) << message;
    }
    // Whoever loads it gets the same answer.
    const absl::StatusOr<Model> model = Load(attack.path());
    EXPECT_EQ(model.ok(), attack.verdict == "accepted");
  }
}

TEST(Attacks, NoFileIsForgotten) {
  size_t files = 0;
  for ([[maybe_unused]] const auto& entry : fs::directory_iterator(kFolder / "files")) ++files;
  EXPECT_EQ(files, Attacks().size());
}

// The most memory that a process of its own has resident while it scans `path`; without one, what it has anyway.
long ResidentKilobytes(const std::string& path) {
  const pid_t child = fork();
  if (child == 0) {
    if (!path.empty()) (void)Scan(path);
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  EXPECT_EQ(wait4(child, &status, 0, &usage), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << path;
  EXPECT_LT(usage.ru_utime.tv_sec, 20) << path;
  return usage.ru_maxrss;
}

TEST(Attacks, CostNoMoreThanTheirSizeAllows) {
  const long before = ResidentKilobytes("");
  for (const Attack& attack : Attacks()) {
    const auto size = static_cast<long>(fs::file_size(attack.path()) / 1024);
    EXPECT_LT(ResidentKilobytes(attack.path()) - before, 64 * size + (64 << 10)) << attack.file;
  }
}

// With no list of dangerous names the same files are accepted: what is on it is refused as unknown.
TEST(Attacks, TheListOfDangerousNamesDecidesNothing) {
  const auto is_unknown = [](const std::string& stream, std::string_view name) {
    const auto graph = pickle::Read(testing::View(stream), {});
    ASSERT_TRUE(graph.ok()) << graph.status();
    EXPECT_TRUE(FindDangerous(*graph).has_value()) << name;
    EXPECT_TRUE(FindUnknown(*graph, Registry::Builtin()).has_value()) << name;
  };
  for (const pickle::Name& bad : pickle::DangerousNames()) {
    is_unknown(testing::Proto(4) + testing::Name(bad.module, bad.name) + ".", bad.name);
  }
  for (const std::string_view module : pickle::DangerousModules()) {
    is_unknown(testing::Proto(4) + testing::Name(module, "ndarray") + ".", module);
  }
  for (const Attack& attack : Attacks()) {
    if (attack.reason != "dangerous") continue;
    const auto bytes = ReadFile(attack.path(), {});
    ASSERT_TRUE(bytes.ok());
    const auto graph = pickle::Read(std::as_bytes(bytes->span()), {});
    if (graph.ok()) {
      EXPECT_TRUE(FindUnknown(*graph, Registry::Builtin()).has_value()) << attack.file;
    }
  }
}

}  // namespace
}  // namespace pratique
