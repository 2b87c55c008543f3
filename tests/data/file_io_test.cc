#include "data/file_io.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "gtest/gtest.h"
#include "pratique/rejection.h"
#include "temporary.h"

namespace pratique {
namespace {

std::string Code(const absl::Status& status) { return status.ok() ? "ok" : GetRejection(status)->code; }

TEST(ReadFile, OnceIntoAlignedMemory) {
  TemporaryFolder folder;
  auto bytes = ReadFile(folder.Write("x", "hello"), {});
  ASSERT_TRUE(bytes.ok());
  EXPECT_EQ(std::string(bytes->span().begin(), bytes->span().end()), "hello");
  EXPECT_EQ(reinterpret_cast<uintptr_t>(bytes->data()) % 64, 0u);
  EXPECT_EQ(ReadFile(folder.Write("empty", ""), {})->size(), 0u);
}

TEST(ReadFile, Refusals) {
  TemporaryFolder folder;
  EXPECT_EQ(Code(ReadFile(folder / "absent", {}).status()), "io.not_found");
  EXPECT_EQ(Code(ReadFile(folder / "", {}).status()), "io.directory");
  EXPECT_EQ(Code(ReadFile("/dev/zero", {}).status()), "io.device");
  std::string fifo = folder / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  EXPECT_EQ(Code(ReadFile(fifo, {}).status()), "io.device");
  Limits small;
  small.file_bytes = 4;
  EXPECT_EQ(Code(ReadFile(folder.Write("x", "hello"), small).status()), "limit.file_bytes");
  EXPECT_TRUE(ReadFile(folder.Write("x", "four"), small).ok());
}

TEST(OutputFile, AllOrNothing) {
  TemporaryFolder folder;
  std::string path = folder.Write("x", "old");
  {
    auto file = OutputFile::Create(path);
    ASSERT_TRUE(file.ok());
    ASSERT_TRUE(file->Write("new").ok());
    EXPECT_EQ(Slurp(path), "old");
  }
  EXPECT_EQ(Slurp(path), "old");
  EXPECT_EQ(folder.Count(), 1u);
  ASSERT_TRUE(WriteFileAtomically(path, "newer").ok());
  EXPECT_EQ(Slurp(path), "newer");
  EXPECT_EQ(folder.Count(), 1u);
  EXPECT_TRUE(WriteFileAtomically("/dev/null", "x").ok());
  EXPECT_EQ(Code(WriteFileAtomically(folder / "no/such", "x")), "io.not_found");
  EXPECT_EQ(Code(WriteFileAtomically(folder / "", "x")), "io.directory");
}

// A killed run leaves its temporary file: the next one for the same name removes it, and no file of anybody else.
TEST(OutputFile, RemovesWhatAKilledRunLeft) {
  TemporaryFolder folder;
  folder.Write("x.prq.123.tmp", "left");
  folder.Write("x.prq.4294967295.tmp", "left");
  for (const char* other : {"x.prq.tmp", "x.prq.12a.tmp", "x.prq..tmp", "y.x.prq.1.tmp", "x.prq.1.tmpx", "x.prqq1.tmp"})
    folder.Write(other, "not ours");
  ASSERT_EQ(::symlink((folder / "x.prq.tmp").c_str(), (folder / "x.prq.7.tmp").c_str()), 0);
  auto living = OutputFile::Create(folder / "x.prq");  // still written to
  ASSERT_TRUE(living.ok());
  EXPECT_EQ(folder.Count(), 8u);
  ASSERT_TRUE(WriteFileAtomically(folder / "x.prq", "new").ok());
  EXPECT_EQ(Slurp(folder / "x.prq"), "new");
  EXPECT_EQ(folder.Count(), 9u);
  ASSERT_TRUE(living->Write("newer").ok());
  ASSERT_TRUE(living->Commit().ok());
  EXPECT_EQ(Slurp(folder / "x.prq"), "newer");
  EXPECT_EQ(folder.Count(), 8u);
}

// Each looks for what killed runs left, and must take nobody's file for that.
TEST(OutputFile, ManyWriteToOneName) {
  TemporaryFolder folder;
  const std::string path = folder.Write("one.prq", "old");
  std::atomic<int> failed = 0;
  std::vector<std::thread> writers;
  for (int k = 0; k < 8; ++k) {
    writers.emplace_back([&] {
      for (int i = 0; i < 40; ++i) failed += !WriteFileAtomically(path, "new").ok();
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(failed, 0);
}

}  // namespace
}  // namespace pratique
