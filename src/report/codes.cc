#include "report/codes.h"

#include <algorithm>

namespace pratique {
namespace {

constexpr std::string_view kDamaged = "Get the file again from its source and compare digests; if it is still refused, do not use it.";
constexpr std::string_view kRaise = "If the file is honest and really this large, raise the key of the same name in the policy's `limits`.";
constexpr std::string_view kHostile = "Do not load this file anywhere. Ask where it came from.";
constexpr std::string_view kMendInput = "Mend the input; the message names the row, the column, and what was expected.";
constexpr std::string_view kTellUs = "This is a bug of pratique. The file was not accepted. Please report it with the message.";
constexpr std::string_view kPolicy = "Decide whether this model may be loaded; if so, change the policy that the output names.";

// Sorted by code.
constexpr CodeInfo kCodes[] = {
    {"codec.bz2", "The bz2 stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.deflate", "A deflated member of a zip archive is broken.", kDamaged},
    {"codec.gzip", "The gzip stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.lz4", "The lz4 stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.lzma", "The lzma stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.trailing", "Bytes follow the end of a compressed stream; a second content could hide there.", kDamaged},
    {"codec.xz", "The xz stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.zfile", "The zfile stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"codec.zlib", "The zlib stream around the model is broken, or is not written as joblib writes it.", kDamaged},
    {"container.canonical", "The bytes of a .prq are not the one canonical form of their content: hidden, shared or padded bytes.", kDamaged},
    {"container.digest", "The bytes of a segment do not have the SHA-256 that the manifest gives.", kDamaged},
    {"container.magic", "The file does not begin as a .prq does.", "Check that this is the file that was meant."},
    {"container.manifest", "The manifest of a .prq is broken: FlatBuffers' verifier or a rule on a field refuses it.", kDamaged},
    {"container.newer", "The .prq was written by a newer pratique, with fields that this build does not know.", "Read it with a newer pratique."},
    {"container.owner", "An object's owner is not after it: the objects are not one tree in post-order.", kDamaged},
    {"container.padding", "The bytes between segments are not zero.", kDamaged},
    {"container.segment", "A segment is out of range, out of order, misaligned, overlapping, or leaves a gap.", kDamaged},
    {"container.trailing", "Bytes follow the last segment; a second file could hide there.", kDamaged},
    {"container.truncated", "The file ends before its content does.", kDamaged},
    {"container.zstd", "A compressed segment is not exactly one sound zstd frame of the declared size.", kDamaged},
    {"format.empty", "The file has no bytes.", "Check how it was written or copied."},
    {"format.foreign", "A model format that pratique knows by name but does not read.", "Check it with a tool for that format. It was not checked here."},
    {"format.not_a_model", "Text, an image or the like was named where a model was expected.", "Name the model file."},
    {"format.npy", "The file is a single array, not a model.", "Give it as --input, not as a model."},
    {"format.unknown", "The content is of no format that pratique knows.", "Check that this is the file that was meant. It was not checked."},
    {"golden.input", "The stored golden samples cannot be read.", "Convert the model again with good samples."},
    {"golden.mismatch", "The model's predictions on its golden samples differ from the stored ones by more than its type allows.", "Do not use this file; convert the model again from its source and report the difference."},
    {"input.csr", "The CSR matrix is inconsistent: sizes, order of indptr, or a column index out of range.", kMendInput},
    {"input.csv", "The CSV is malformed: a row with another number of fields, an open quote, or no header.", kMendInput},
    {"input.dtype", "The input has text where numbers are expected, or the other way round.", kMendInput},
    {"input.duplicate_column", "Two input columns have the same name.", kMendInput},
    {"input.empty", "The input has no rows, or no columns.", kMendInput},
    {"input.format", "The input is not .npy, .npz, .csv or .jsonl.", "Write the input in one of these formats."},
    {"input.frame", "The columns of the frame have different numbers of rows, or a column has no values.", kMendInput},
    {"input.jsonl", "A line of the input is not the JSON that is expected.", kMendInput},
    {"input.line", "A line of the input is too long or is not UTF-8.", kMendInput},
    {"input.metadata", "The metadata is not one JSON object.", kMendInput},
    {"input.method", "The model has no such method.", "`pratique inspect` shows the model; `pratique types` shows which methods its type has."},
    {"input.missing_column", "A column that the model was fitted with is not in the input.", kMendInput},
    {"input.mixed", "Filling a missing value would mix text and numbers in one column.", kMendInput},
    {"input.new_missing", "A feature has missing values that it did not have in fit, and the model was told to refuse that.", kMendInput},
    {"input.not_finite", "The input has a NaN, an infinity, or a value too large for float32, which this estimator does not accept.", kMendInput},
    {"input.not_numeric", "Text stands where the model expects numbers.", kMendInput},
    {"input.npy", "The .npy file is malformed, or its size is not what its header declares.", kMendInput},
    {"input.npz", "The .npz file is malformed, or is no scipy sparse matrix.", kMendInput},
    {"input.object_array", "The .npy file holds pickled objects, which are never unpickled.", "Save the array with a numeric or string dtype."},
    {"input.out", "The caller gave room of the wrong size for the result.", kMendInput},
    {"input.rows", "The input block has too many rows, or sizes that overflow.", kMendInput},
    {"input.shape", "The input's shape is not what is expected.", kMendInput},
    {"input.sparse", "The input is sparse, and this estimator takes only dense data.", "Give the data as a dense array."},
    {"input.stride", "The caller gave rows that overlap.", kMendInput},
    {"input.text", "Text stands where the model expects a number.", kMendInput},
    {"input.unknown_category", "The input has a category that the encoder did not see in fit, and the model was told to refuse that.", kMendInput},
    {"input.width", "The input has another number of columns than the model was fitted with.", kMendInput},
    {"internal.bug", "pratique met a state that it believed impossible.", kTellUs},
    {"internal.crash", "The process that checked this file crashed, or was killed for want of memory.", kTellUs},
    {"internal.memory", "An allocation failed.", "Lower `limits.memory` in the policy below what the machine has, or check fewer files at once (--jobs)."},
    {"io.denied", "The file may not be read or written by this user.", "Check its permissions."},
    {"io.device", "A device, pipe or socket, which is not read as a model.", "Name a regular file, or use `-` for standard input."},
    {"io.directory", "A folder where a file is expected.", "`pratique scan` takes folders."},
    {"io.memory", "Not enough memory to read the file.", "Free memory, or lower `limits.file_bytes`."},
    {"io.not_found", "There is no such file.", "Check the path."},
    {"io.read", "Reading failed.", "Check the disk and try again."},
    {"io.symlink", "A symbolic link inside a folder; links are not followed.", "Name its target."},
    {"io.write", "The file cannot be written; nothing was left behind.", "Check the disk's space and the folder's permissions."},
    {"joblib.array", "An array of a joblib file is malformed: alignment, dtype, order, shape or size.", kDamaged},
    {"joblib.side_files", "joblib's old format with side files; a model never names another file here.", "Load it with the joblib that wrote it, and save it again as one file."},
    {"limit.depth", "Values are nested too deeply.", kRaise},
    {"limit.file_bytes", "The file is larger than allowed.", kRaise},
    {"limit.inflate_ratio", "A stream inflates to too many times its size (a decompression bomb looks so).", kRaise},
    {"limit.inflated_bytes", "Decompression gives too many bytes.", kRaise},
    {"limit.memory", "The model needs too much memory.", kRaise},
    {"limit.objects", "The model has too many objects.", kRaise},
    {"limit.output_columns", "A transformer would produce too many columns.", kRaise},
    {"limit.rows", "An input block has too many rows.", kRaise},
    {"limit.segment", "The state of one object is above 2 GiB, the most that a segment of a .prq holds.", "Train a smaller model."},
    {"limit.tables", "A state has too many tables.", kRaise},
    {"limit.values", "The file unfolds to too many values.", kRaise},
    {"limit.zstd_window_log", "A zstd frame asks for too large a window.", kRaise},
    {"numpy.array", "An array has not the bytes or items of its shape, or is of a subclass of ndarray.", kDamaged},
    {"numpy.dtype", "A dtype is malformed, or is one that no supported model has.", "Save the model again with plain numpy arrays."},
    {"numpy.npy", "An .npy member of a .skops file is malformed.", kDamaged},
    {"numpy.objects", "An .npy member holds pickled objects; skops never writes one, and it is never unpickled.", kHostile},
    {"numpy.scalar", "A numpy scalar is not one value of its type.", kDamaged},
    {"numpy.shape", "The shape of an array is malformed or too large.", kDamaged},
    {"output.format", "The output format has no place for this result.", "Choose another: .npz holds lists and sparse matrices, .csv and .jsonl hold tables."},
    {"pickle.build", "An object is given its state twice, or a state that its class never has.", kHostile},
    {"pickle.container", "A list, tuple, dict or call is put together from values of the wrong kind.", kHostile},
    {"pickle.frame", "A frame of the pickle ends inside an opcode, overlaps another, or is too long: readers would disagree.", kHostile},
    {"pickle.global", "A global is named in a way that no pickler writes.", kHostile},
    {"pickle.key", "A dict or set has a key that cannot be one, such as a list.", kHostile},
    {"pickle.memo", "The pickle reads a memo entry that does not exist, or misuses one.", kHostile},
    {"pickle.opcode", "An opcode that no model has.", kHostile},
    {"pickle.protocol", "The protocol is unknown, stands twice, or does not have an opcode that is used.", kHostile},
    {"pickle.stack", "The pickle takes more from its stack than there is, or a value of the wrong kind.", kDamaged},
    {"pickle.text", "A string is no valid Unicode.", "Rename what holds it, and save again."},
    {"pickle.trailing", "Bytes follow the end of the pickle; a second pickle could hide there.", kHostile},
    {"pickle.truncated", "The pickle ends before its STOP.", kDamaged},
    {"pickle.unfolds", "Shared values unfold to far more than the file holds.", kHostile},
    {"pickle.value", "A literal in the pickle is malformed.", kDamaged},
    {"policy.denied", "The policy denies this type by name or family.", kPolicy},
    {"policy.expired", "The policy's approval of this type has expired.", kPolicy},
    {"policy.format", "The policy does not allow this file format.", kPolicy},
    {"policy.not_allowed", "The policy does not allow this type.", kPolicy},
    {"policy.sha256", "The policy pins digests, and this file has another.", kPolicy},
    {"policy.signature", "The policy requires a signature, which this build cannot verify.", kPolicy},
    {"policy.sklearn", "The file was written by a scikit-learn version outside the policy's range.", kPolicy},
    {"sha256.mismatch", "The file does not have the digest given with --expect-sha256.", kDamaged},
    {"skops.cycle", "A node of a .skops file contains itself.", kHostile},
    {"skops.identity", "Two nodes of a .skops file share an identity and differ; skops would build the first and drop the other unseen.", kHostile},
    {"skops.json", "schema.json is no sound JSON: syntax, a key that stands twice, a lone surrogate, or a number that is too long.", kHostile},
    {"skops.key", "A dict has keys of a type that no model's dict has.", "Save the model again without that dict."},
    {"skops.loader", "A kind of node that is not read. All that skops 0.16 writes are, but for those of other packages (quantile_forest).", "Save the model again without what the path names."},
    {"skops.member", "A member of the zip is missing, unused, or named as skops never names one.", kDamaged},
    {"skops.node", "A node of schema.json lacks a key, has one too many, or a value of the wrong kind.", kDamaged},
    {"skops.protocol", "The protocol of skops is missing or newer than this build reads.", "Save the model with skops 0.16 or older."},
    {"skops.sparse", "The member of a sparse matrix is not what scipy.sparse.save_npz writes for its class.", kDamaged},
    {"skops.unfolds", "Members that are used again and again unfold to far more than the file holds.", kHostile},
    {"skops.value", "A JsonNode is not a single number, text, bool or null.", kDamaged},
    {"state.canonical", "The bytes of a state are not the one canonical form of its fields: hidden, shared or padded bytes.", kDamaged},
    {"state.layout", "The bytes of a state are no table of its schema: FlatBuffers' verifier refuses them.", kDamaged},
    {"state.newer", "A state has fields that this build does not know: a newer pratique wrote it.", "Read it with a newer pratique."},
    {"state.object", "An object is not made the way scikit-learn makes it.", kHostile},
    {"state.rule", "A field of a state breaks its rule in the schema: an index, shape, range or value.", kDamaged},
    {"state.structure", "Objects are not put together as their types demand.", kDamaged},
    {"state.type", "An attribute has another type or shape than scikit-learn gives it.", kDamaged},
    {"state.unknown_attribute", "An attribute that pratique does not know and that could change predictions.", "Nothing is guessed. Ask for support, or train without that option."},
    {"state.unsupported_value", "An option or function that pratique does not reproduce.", "Nothing is guessed. Ask for support, or train without that option."},
    {"state.version", "The scikit-learn version is missing or is one that this build does not read.", "`pratique --version` gives the range; save the model with a version in it."},
    {"type.arguments", "A known callable is called with arguments that scikit-learn never writes.", kHostile},
    {"type.bundle", "The file holds no single model but a dict, list or tuple of things.", "Choose one of the entries that the message lists, with --root."},
    {"type.dangerous", "The file names a means of attack.", kHostile},
    {"type.not_an_estimator", "The file holds a value that is no fitted estimator.", "Save the fitted estimator itself."},
    {"type.unknown", "A class that pratique does not know.", "Only known classes load. Types of your own come through the `extend` component."},
    {"type.unknown_call", "The file calls something that is not registered; honest models call only a short list.", kHostile},
    {"type.unsupported", "A known class that this build has no C++ form for.", "`pratique types` lists what is supported."},
    {"zip.crc", "The content of a zip's member does not have its CRC-32.", kDamaged},
    {"zip.directory", "The directory of the zip is broken, or has comments or extra fields.", kDamaged},
    {"zip.duplicate", "A zip has two members of one name; readers would choose differently.", kHostile},
    {"zip.encrypted", "A member of the zip is encrypted. It was not checked.", "Save it without a password."},
    {"zip.end", "The end record of the zip is missing, broken, or followed by other bytes.", kDamaged},
    {"zip.flags", "A member of the zip has flags that Python does not write; readers treat them differently.", kHostile},
    {"zip.gap", "Bytes of the zip belong to no member; a second file could hide there.", kHostile},
    {"zip.header", "A member's own header and the zip's directory disagree; readers would see different members.", kHostile},
    {"zip.method", "A member of the zip is compressed by a method that is not read.", "Save it again stored or deflated."},
    {"zip.overlap", "Members of the zip overlap (quadratic bombs do so).", kHostile},
    {"zip.size", "A member of the zip inflates to another size than it declares.", kDamaged},
};

constexpr bool Sorted() {
  for (size_t i = 1; i < std::size(kCodes); ++i) {
    if (!(kCodes[i - 1].code < kCodes[i].code)) return false;
  }
  return true;
}
static_assert(Sorted());

}  // namespace

std::span<const CodeInfo> Codes() { return kCodes; }

const CodeInfo* FindCode(std::string_view code) {
  auto at = std::lower_bound(std::begin(kCodes), std::end(kCodes), code,
                             [](const CodeInfo& info, std::string_view c) { return info.code < c; });
  return at != std::end(kCodes) && at->code == code ? at : nullptr;
}

}  // namespace pratique
