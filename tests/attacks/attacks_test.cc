// Every file of tests/attacks is refused, and for the reason that manifest.tsv gives; none costs more than its size
// allows.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "pratique/pratique.h"
#include "report/codes.h"
#include "tests/attacks/manifest.h"

namespace pratique {
namespace {

namespace fs = std::filesystem;
using testing::Attack;
using testing::Attacks;

TEST(Attacks, EveryFileHasItsVerdict) {
  const std::vector<Attack> attacks = Attacks();
  ASSERT_GT(attacks.size(), 800u);
  for (const Attack& attack : attacks) {
    SCOPED_TRACE(attack.file + ": " + attack.wrong);
    const Report report = Scan(attack.path());
    const std::string message = report.findings.empty() ? "" : report.findings[0].message;
    EXPECT_EQ(Name(report.verdict), attack.verdict) << message;
    EXPECT_EQ(Name(report.reason), attack.reason) << message;
    EXPECT_EQ(report.findings.empty(), attack.verdict == "accepted");
    if (!report.findings.empty()) {
      EXPECT_NE(FindCode(report.findings[0].code), nullptr) << report.findings[0].code;
      EXPECT_TRUE(attack.code.empty() || report.findings[0].code == attack.code)
          << report.findings[0].code << ": " << message;
    }
    // Whoever loads it gets the same answer.
    const absl::StatusOr<Model> model = Load(attack.path());
    EXPECT_EQ(model.ok(), attack.verdict == "accepted");
  }
}

// A gate is `scan` over a folder: what it finds there and calls no model does not count.
TEST(Attacks, NoneIsTakenForDataInAFolder) {
  for (const Attack& attack : Attacks()) {
    if (attack.verdict == "accepted" || attack.code == "format.not_a_model") continue;
    EXPECT_NE(Scan(attack.path(), Policy{}, Registry::Builtin(), false, Found::kInFolder).verdict, Verdict::kNotAModel)
        << attack.file << ": " << attack.wrong;
  }
}

// Nothing of a file is kept for the next one: in another order, and with a good model between them, all is said again.
TEST(Attacks, OrderChangesNoVerdict) {
  std::vector<Attack> attacks = Attacks();
  std::ranges::reverse(attacks);
  const std::string good = PRATIQUE_SOURCE_DIR "/tests/attacks/files/good.pkl";
  for (const Attack& attack : attacks) {
    EXPECT_EQ(Name(Scan(attack.path()).verdict), attack.verdict) << attack.file;
    EXPECT_EQ(Scan(good).verdict, Verdict::kAccepted) << "after " << attack.file;
  }
}

TEST(Attacks, NoFileIsForgotten) {
  std::set<std::string> files, listed;
  for (const auto& entry : fs::directory_iterator(PRATIQUE_SOURCE_DIR "/tests/attacks/files"))
    files.insert(entry.path().filename());
  for (const Attack& attack : Attacks()) listed.insert(attack.file);
  EXPECT_EQ(files, listed);
}

// One table of payloads and containers, without a hole: in_<container>_<payload>.<ending>.
TEST(Attacks, EveryPayloadIsInEveryContainer) {
  const std::set<std::string> imported = {"p0",   "p1",  "p2", "p3",   "p4",  "p5",    "joblib", "zlib",
                                          "gzip", "bz2", "xz", "lzma", "lz4", "zfile", "skops"};
  const std::set<std::string> only_examined = {
      "joblib_objects", "npy",      "npz",    "torch_zip",   "torch_stream", "zip_stored", "zip_deflate",
      "zip_bzip2",      "zip_lzma", "zip_gz", "gzip_in_zip", "zip_in_zip",   "gzip_gzip",  "bz2_xz"};
  std::map<std::string, std::map<std::string, std::string>> reasons;  // by container and payload
  for (const Attack& attack : Attacks()) {
    if (!attack.file.starts_with("in_")) continue;
    const std::string stem = attack.file.substr(3, attack.file.find('.') - 3);
    reasons[stem.substr(0, stem.rfind('_'))][stem.substr(stem.rfind('_') + 1)] = attack.reason;
  }
  EXPECT_EQ(reasons.size(), imported.size() + only_examined.size());
  for (const auto& [container, by_payload] : reasons) {
    EXPECT_NE(imported.contains(container), only_examined.contains(container)) << container;
    const std::map<std::string, std::string> wanted = {
        {"exec", "dangerous"},
        {"unknown", "unknown_call"},
        {"tree", only_examined.contains(container) ? "unsupported" : "invalid"}};
    EXPECT_EQ(by_payload, wanted) << container;
  }
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

}  // namespace
}  // namespace pratique
