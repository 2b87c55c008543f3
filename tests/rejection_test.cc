#include "pratique/rejection.h"

#include <string>

#include "gtest/gtest.h"

namespace pratique {
namespace {

Rejection Sample() {
  return {.stage = Stage::kValidate,
          .reason = Reason::kInvalid,
          .code = "state.rule",
          .path = "model.steps[1]",
          .offset = 17,
          .rule = "below",
          .got = std::string("1:\0x", 4),
          .expected = "< 3",
          .message = "1044 is not below 1031",
          .help = "retrain"};
}

TEST(Rejection, RoundTripsThroughStatus) {
  Rejection r = Sample();
  absl::Status status = ToStatus(r);
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_EQ(status.message(), "validate: model.steps[1]: 1044 is not below 1031");
  auto back = GetRejection(status);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->stage, r.stage);
  EXPECT_EQ(back->reason, r.reason);
  EXPECT_EQ(back->code, r.code);
  EXPECT_EQ(back->path, r.path);
  EXPECT_EQ(back->offset, r.offset);
  EXPECT_EQ(back->rule, r.rule);
  EXPECT_EQ(back->got, r.got);
  EXPECT_EQ(back->expected, r.expected);
  EXPECT_EQ(back->message, r.message);
  EXPECT_EQ(back->help, r.help);
}

TEST(Rejection, EveryReasonKeepsItsVerdictAndOffset) {
  for (int i = 0; i <= static_cast<int>(Reason::kInternal); ++i) {
    Rejection r = Sample();
    r.reason = static_cast<Reason>(i);
    r.offset.reset();
    auto back = GetRejection(ToStatus(r));
    ASSERT_TRUE(back);
    EXPECT_EQ(back->reason, r.reason);
    EXPECT_FALSE(back->offset);
    EXPECT_EQ(Name(r.reason).empty(), r.reason == Reason::kNone);
  }
  EXPECT_EQ(VerdictOf(Reason::kNone), Verdict::kAccepted);
  EXPECT_EQ(VerdictOf(Reason::kMismatch), Verdict::kRejected);
  EXPECT_EQ(VerdictOf(Reason::kUnsupported), Verdict::kUnchecked);
  EXPECT_EQ(Name(Reason::kUnknownCall), "unknown_call");
  EXPECT_EQ(Name(Verdict::kNotAModel), "not_a_model");
  EXPECT_EQ(Name(Stage::kGolden), "golden");
}

TEST(Rejection, ForeignStatuses) {
  EXPECT_FALSE(GetRejection(absl::OkStatus()));
  EXPECT_EQ(GetRejection(absl::NotFoundError("x"))->reason, Reason::kIo);
  EXPECT_EQ(GetRejection(absl::InvalidArgumentError("x"))->reason, Reason::kInternal);
  absl::Status forged = absl::InvalidArgumentError("x");
  for (const char* payload : {"99:short", "stage", "stage=none;reason=nonsense", "stage=5;reason=io",
                              "stage=none;reason=io;what=x", "stage=none;reason=io;offset=x"}) {
    forged.SetPayload("pratique.Rejection", absl::Cord(payload));
    EXPECT_EQ(GetRejection(forged)->reason, Reason::kInternal) << payload;
  }
}

// << prints the payload, too: it is text, and says nothing twice.
TEST(Rejection, AStatusIsReadable) {
  Rejection r = Sample();
  r.got = "100%;'x'";
  const absl::Status status = ToStatus(r);
  std::string text = status.ToString();
  EXPECT_EQ(text,
            "INVALID_ARGUMENT: validate: model.steps[1]: 1044 is not below 1031 [pratique.Rejection='stage=validate;"
            "reason=invalid;offset=17;code=state.rule;path=model.steps[1];rule=below;got=100%25%3b\\'x\\';"
            "expected=< 3;help=retrain']");
  EXPECT_EQ(GetRejection(status)->got, r.got);
}

TEST(Escape, Rows) {
  EXPECT_EQ(Escape("plain"), "plain");
  EXPECT_EQ(Escape("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
  EXPECT_EQ(Escape("caf\xc3\xa9 \xf0\x9f\x98\x80"), "caf\xc3\xa9 \xf0\x9f\x98\x80");
  EXPECT_EQ(Escape("\xc0\xaf|\xed\xa0\x80|\xff|\xf5\x80\x80\x80"),
            "\\xc0\\xaf|\\xed\\xa0\\x80|\\xff|\\xf5\\x80\\x80\\x80");
  EXPECT_EQ(Escape("\xc2\x85|\xe2\x80\xae|\x7f"), "\\xc2\\x85|\\xe2\\x80\\xae|\\x7f");
  EXPECT_EQ(Escape("\xe2\x82"), "\\xe2\\x82");
  EXPECT_EQ(Escape("abcdef", 3), "abc...");
  EXPECT_EQ(Escape("abc", 3), "abc");
  EXPECT_EQ(Escape(""), "");
}

}  // namespace
}  // namespace pratique
