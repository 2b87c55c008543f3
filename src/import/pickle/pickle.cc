#include "import/pickle/pickle.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "import/codec/inflate.h"
#include "import/pickle/context.h"
#include "import/pickle/machine.h"
#include "import/pickle/opcodes.h"
#include "import/pickle/reader.h"
#include "import/pickle/skim.h"

namespace pratique::pickle {
namespace {

using Bytes = std::span<const std::byte>;

// How much of a compressed file is inflated to tell what is inside; more when a first look does not settle it.
constexpr size_t kHeads[] = {size_t{4} << 10, size_t{16} << 20};

// The graph of an inflated stream. The graph keeps what was read before a refusal.
std::optional<Rejection> ReadStream(Bytes stream, const Limits& limits, graph::Graph& graph) {
  graph.stream_bytes = stream.size();
  Context context(graph, limits, stream.size());
  Reader reader(stream);
  Machine machine(context, reader, Machine::Role::kOuter);
  graph.root = machine.Run();
  graph.protocol = machine.protocol();
  graph.wrapper = machine.saw_wrapper() ? "joblib" : "pickle";
  if (graph.root != kNoId && reader.left() > 0) {
    context.Fail(Reason::kMalformed, "pickle.trailing", reader.position(),
                 std::to_string(reader.left()) + " bytes follow the end of the pickle",
                 "A second content can hide behind a first one; save the model again.");
  }
  return context.failure();
}

// PROTO with a known number, then an opcode that this protocol has.
bool BeginsWithProtocol(Bytes stream) {
  if (stream.size() < 3 || stream[0] != std::byte{0x80}) return false;
  const auto protocol = std::max<uint8_t>(static_cast<uint8_t>(stream[1]), 1);
  const Opcodes::Entry& next = Opcodes::Of(static_cast<uint8_t>(stream[2]));
  return protocol <= 5 && !next.name.empty() && next.first_protocol <= protocol && next.last_protocol >= protocol;
}

}  // namespace

absl::StatusOr<graph::Graph> Read(Bytes file, const Limits& limits) {
  graph::Graph graph;
  Bytes stream = file;
  const codec::Codec codec = codec::Detect(file);
  if (codec != codec::Codec::kNone) {
    auto inflated = codec::Inflate(codec, file, limits);
    if (!inflated.ok()) return inflated.status();
    const auto owner = std::make_shared<codec::Buffer>(*std::move(inflated));
    stream = owner->view();
    graph.stream = owner;
  }
  if (const auto failure = ReadStream(stream, limits, graph)) return ToStatus(*failure);
  if (codec != codec::Codec::kNone) graph.wrapper += "+" + std::string(codec::Name(codec));
  return graph;
}

bool LooksLikePickle(Bytes file) {
  const codec::Codec codec = codec::Detect(file);
  if (codec == codec::Codec::kNone) return BeginsWithProtocol(file) || Skim(file) == Skimmed::kPickle;
  for (const size_t size : kHeads) {
    const codec::Buffer head = codec::InflateHead(codec, file, size);
    if (BeginsWithProtocol(head.view())) return true;
    const Skimmed skimmed = Skim(head.view());
    if (skimmed != Skimmed::kCut) return skimmed == Skimmed::kPickle;
    if (head.size < size) return false;
  }
  return true;  // still undecided: for Read to say
}

}  // namespace pratique::pickle
