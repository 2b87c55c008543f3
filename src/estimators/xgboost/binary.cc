// XGBoost's binary models, as UBJSON (xgboost src/learner.cc LearnerIO::Load, src/gbm/gbtree_model.cc and
// src/tree/tree_model.cc, 1.7; 0.90): structs of a fixed size, little-endian.
#include <bit>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "estimators/xgboost/document.h"
#include "status_macros.h"

namespace pratique::document {
namespace {

constexpr size_t kModelParameters = 136, kTreesParameters = 160, kTreeParameters = 148, kNode = 20, kStatistics = 16;

// Members of UBJSON, one after the other.
class Writer {
 public:
  void Length(uint64_t n) {
    out_ += 'L';
    Big(n, 8);
  }
  void Key(std::string_view name) {
    Length(name.size());
    out_ += name;
  }
  void Text(std::string_view key, std::string_view text) {
    Key(key);
    out_ += 'S';
    Length(text.size());
    out_ += text;
  }
  void Open(std::string_view key, char bracket) {
    if (!key.empty()) Key(key);
    out_ += bracket;
  }
  void Close(char bracket) { out_ += bracket; }
  // `next(i)`: the bits of the i-th of n numbers of four bytes.
  template <class Next>
  void Numbers(std::string_view key, char marker, size_t n, Next next) {
    Key(key);
    out_ += {'[', '$', marker, '#'};
    Length(n);
    for (size_t i = 0; i < n; ++i) Big(next(i), 4);
  }
  std::string Take() { return std::move(out_); }

 private:
  void Big(uint64_t bits, int width) {
    for (int i = width; i-- > 0;) out_ += static_cast<char>(static_cast<uint8_t>(bits >> (8 * i)));
  }
  std::string out_;
};

class Converter {
 public:
  explicit Converter(std::string_view bytes) : bytes_(bytes) {}

  absl::StatusOr<std::string> Run() {
    // A snapshot of 1.0 and 1.1: how long the model is, the model, and its configuration as JSON.
    constexpr std::string_view kSnapshot = "CONFIG-offset:";
    if (bytes_.starts_with(kSnapshot)) {
      at_ = kSnapshot.size();
      ASSIGN_OR_RETURN(const uint64_t length, Number(8));
      if (length > bytes_.size() - at_) return Wrong("the model's length");
      bytes_ = bytes_.substr(0, at_ + length);
    }
    if (bytes_.substr(at_).starts_with("binf")) at_ += 4;
    writer_.Open("", '{');
    writer_.Open("learner", '{');
    RETURN_IF_ERROR(Learner());
    writer_.Close('}');
    writer_.Numbers("version", 'l', 2, [&](size_t i) { return i == 0 ? major_ : minor_; });
    writer_.Close('}');
    return writer_.Take();
  }

 private:
  absl::Status Wrong(std::string_view what) const {
    return absl::InvalidArgumentError(
        absl::StrCat("byte ", at_, ": ", std::string(what), " is not that of a binary model"));
  }
  absl::StatusOr<std::string_view> Bytes(uint64_t n) {
    if (n > bytes_.size() - at_) return Wrong("the end");
    const std::string_view taken = bytes_.substr(at_, n);
    at_ += n;
    return taken;
  }
  static uint64_t Little(std::string_view bytes, size_t at, size_t width) {
    uint64_t bits = 0;
    for (size_t i = width; i-- > 0;) bits = bits << 8 | static_cast<uint8_t>(bytes[at + i]);
    return bits;
  }
  static uint32_t Word(std::string_view bytes, size_t i) { return static_cast<uint32_t>(Little(bytes, 4 * i, 4)); }
  static int32_t Int(std::string_view bytes, size_t i) { return static_cast<int32_t>(Word(bytes, i)); }
  static float Real(std::string_view bytes, size_t i) { return std::bit_cast<float>(Word(bytes, i)); }
  absl::StatusOr<uint64_t> Number(size_t width) {
    ASSIGN_OR_RETURN(const std::string_view bytes, Bytes(width));
    return Little(bytes, 0, width);
  }
  absl::StatusOr<std::string_view> Text() {
    ASSIGN_OR_RETURN(const uint64_t length, Number(8));
    return Bytes(length);
  }

  absl::Status Learner() {
    ASSIGN_OR_RETURN(const std::string_view head, Bytes(kModelParameters));
    const float base = Real(head, 0);
    const int32_t n_classes = Int(head, 2);
    const bool has_attributes = Int(head, 3) != 0, has_metrics = Int(head, 4) != 0;
    const uint32_t n_targets = Word(head, 7);
    major_ = Word(head, 5), minor_ = Word(head, 6);
    if (!std::isfinite(base) || n_classes < 0 || major_ > 3 || minor_ > 100) return Wrong("the head");
    ASSIGN_OR_RETURN(const std::string_view objective, Text());
    ASSIGN_OR_RETURN(const std::string_view booster, Text());
    if (booster != "gbtree" && booster != "dart" && booster != "gblinear") return Wrong("the booster's name");

    writer_.Open("learner_model_param", '{');
    // Up to 0.90 it is a score, else a prediction.
    writer_.Text(major_ == 0 ? "base_margin" : "base_score", absl::StrFormat("%.9g", base));
    writer_.Text("num_class", absl::StrCat(n_classes));
    writer_.Text("num_feature", absl::StrCat(Word(head, 1)));
    if (n_targets > 1) writer_.Text("num_target", absl::StrCat(n_targets));
    writer_.Close('}');
    writer_.Open("objective", '{');
    writer_.Text("name", objective);
    writer_.Close('}');
    writer_.Open("gradient_booster", '{');
    writer_.Text("name", booster);
    if (booster == "gblinear") {
      RETURN_IF_ERROR(Linear());
    } else {
      if (booster == "dart") writer_.Open("gbtree", '{');
      size_t n_trees = 0;
      RETURN_IF_ERROR(Trees(n_trees));
      if (booster == "dart") {
        writer_.Close('}');
        RETURN_IF_ERROR(Weights(n_trees));
      }
    }
    writer_.Close('}');
    writer_.Open("attributes", '{');
    if (has_attributes) RETURN_IF_ERROR(Attributes());
    writer_.Close('}');
    if (objective == "count:poisson" && at_ < bytes_.size()) RETURN_IF_ERROR(Text().status());  // max_delta_step
    if (has_metrics) {
      ASSIGN_OR_RETURN(const uint64_t n, Number(8));
      for (uint64_t i = 0; i < n; ++i) RETURN_IF_ERROR(Text().status());
    }
    return at_ == bytes_.size() ? absl::OkStatus() : Wrong("what follows");
  }

  absl::Status Attributes() {
    ASSIGN_OR_RETURN(const uint64_t n, Number(8));
    for (uint64_t i = 0; i < n; ++i) {
      ASSIGN_OR_RETURN(const std::string_view key, Text());
      ASSIGN_OR_RETURN(const std::string_view value, Text());
      writer_.Text(key, value);
    }
    return absl::OkStatus();
  }

  // GBLinearModelParam (136 bytes), and the weights as a vector.
  absl::Status Linear() {
    RETURN_IF_ERROR(Bytes(kModelParameters).status());
    ASSIGN_OR_RETURN(const uint64_t n, Number(8));
    if (n > bytes_.size() / 4) return Wrong("the number of weights");
    ASSIGN_OR_RETURN(const std::string_view weights, Bytes(4 * n));
    writer_.Open("model", '{');
    writer_.Numbers("weights", 'd', n, [&](size_t i) { return Word(weights, i); });
    writer_.Close('}');
    return absl::OkStatus();
  }

  absl::Status Weights(size_t n_trees) {
    uint64_t n = 0;
    if (n_trees != 0) {
      ASSIGN_OR_RETURN(n, Number(8));
    }
    if (n > bytes_.size() / 4) return Wrong("the number of weights");
    ASSIGN_OR_RETURN(const std::string_view weights, Bytes(4 * n));
    writer_.Numbers("weight_drop", 'd', n, [&](size_t i) { return Word(weights, i); });
    return absl::OkStatus();
  }

  absl::Status Trees(size_t& n_trees) {
    ASSIGN_OR_RETURN(const std::string_view head, Bytes(kTreesParameters));
    const int32_t n = Int(head, 0);
    if (n < 0) return Wrong("the number of trees");
    writer_.Open("model", '{');
    writer_.Open("trees", '[');
    for (int32_t i = 0; i < n; ++i) RETURN_IF_ERROR(Tree());
    writer_.Close(']');
    n_trees = static_cast<size_t>(n);
    ASSIGN_OR_RETURN(const std::string_view scores, Bytes(4 * n_trees));
    writer_.Numbers("tree_info", 'l', n_trees, [&](size_t i) { return Word(scores, i); });
    writer_.Close('}');
    return absl::OkStatus();
  }

  // A node: its parent, both children, its feature with a bit of where what is missing goes, its condition or value.
  absl::Status Tree() {
    ASSIGN_OR_RETURN(const std::string_view head, Bytes(kTreeParameters));
    const int32_t n = Int(head, 1), width = Int(head, 5);
    if (n <= 0) return Wrong("the number of nodes");
    if (width != 0 && width != 1) return absl::UnimplementedError("vectors of leaves in a binary model");
    const auto size = static_cast<size_t>(n);
    ASSIGN_OR_RETURN(const std::string_view nodes, Bytes(kNode * size));
    RETURN_IF_ERROR(Bytes(kStatistics * size).status());
    const auto field = [&](size_t k) { return [nodes, k](size_t i) { return Word(nodes, 5 * i + k); }; };
    constexpr uint32_t kFeature = 0x7fffffff;
    writer_.Open("", '{');
    writer_.Numbers("left_children", 'l', size, field(1));
    writer_.Numbers("right_children", 'l', size, field(2));
    writer_.Numbers("split_indices", 'l', size, [&](size_t i) { return Word(nodes, 5 * i + 3) & kFeature; });
    writer_.Numbers("default_left", 'l', size, [&](size_t i) { return Word(nodes, 5 * i + 3) >> 31; });
    writer_.Numbers("split_conditions", 'd', size, field(4));
    writer_.Open("tree_param", '{');
    writer_.Close('}');
    writer_.Close('}');
    return absl::OkStatus();
  }

  std::string_view bytes_;
  size_t at_ = 0;
  uint32_t major_ = 0, minor_ = 0;
  Writer writer_;
};

}  // namespace

absl::StatusOr<Document> Document::ReadBinary(std::string_view bytes) {
  ASSIGN_OR_RETURN(std::string converted, Converter(bytes).Run());
  Document document;
  const std::string& kept = document.kept_.emplace_back(std::move(converted));
  ASSIGN_OR_RETURN(Document read, ReadUbjson(kept));
  document.values_ = std::move(read.values_);
  return document;
}

}  // namespace pratique::document
