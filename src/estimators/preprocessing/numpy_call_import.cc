// A function of numpy and its arguments from the parameters of a scikit-learn object.
#include <limits>

#include "absl/strings/str_cat.h"
#include "estimators/preprocessing/numpy_call.h"
#include "estimators/preprocessing/numpy_functions.h"
#include "import/sklearn/numpy_functions.h"
#include "status_macros.h"

namespace pratique {
namespace {

using graph::Id;
using graph::Kind;
using graph::kNoId;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Named arguments, of which each must be asked for.
class Arguments {
 public:
  Arguments(ImportContext& context, std::string_view attribute, Id value) : context_(context), attribute_(attribute) {
    if (!context.IsNone(value)) dict_ = value;
  }

  bool IsDict() const { return dict_ == kNoId || context_.graph()[dict_].kind == Kind::kDict; }
  // Its value; kNoId: was not given.
  Id Take(std::string_view name) {
    if (dict_ == kNoId) return kNoId;
    const std::vector<Id>& items = context_.graph()[dict_].items;
    for (size_t i = 0; i + 1 < items.size(); i += 2) {
      const graph::Node& key = context_.graph()[items[i]];
      if (key.kind != Kind::kStr || key.text != name) continue;
      ++taken_;
      return items[i + 1];
    }
    return kNoId;
  }
  // Its number: a plain one of Python, as numpy 1 and 2 promote their own in other ways.
  absl::StatusOr<double> Number(std::string_view name, double otherwise) {
    const Id value = Take(name);
    if (context_.IsNone(value)) return otherwise;
    const graph::Node& node = context_.graph()[value];
    if (node.kind == Kind::kFloat) return node.real;
    const bool exact =
        node.kind == Kind::kInt && node.integer >= -(int64_t{1} << 53) && node.integer <= int64_t{1} << 53;
    if (exact) return static_cast<double>(node.integer);
    return context_.Unsupported(attribute_, absl::StrCat(std::string(name), " that is no plain number"),
                                "Give it as an int of at most 53 bits or as a float.");
  }
  bool IsFloat(std::string_view name) const {
    const Id value = Arguments(*this).Take(name);
    return value != kNoId && context_.graph()[value].kind == Kind::kFloat;
  }
  bool AllTaken() const { return dict_ == kNoId || 2 * taken_ == context_.graph()[dict_].items.size(); }

 private:
  ImportContext& context_;
  std::string_view attribute_;
  Id dict_ = kNoId;
  size_t taken_ = 0;
};

std::string NameOf(const graph::Node& node) {
  return node.name.empty() ? "a function" : absl::StrCat(std::string(node.module), ".", std::string(node.name));
}

}  // namespace

absl::Status NumpyCall::Import(ImportContext& context, std::string_view func, std::string_view kw_args) {
  const Id value = context.Take(func), given = context.Take(kw_args);
  Arguments arguments_given(context, kw_args, given);
  if (!arguments_given.IsDict()) return context.Unsupported(kw_args, "no dict", "scikit-learn takes a dict or None");
  if (!context.IsNone(value)) {
    const graph::Node& node = context.graph()[value];
    const std::optional<std::string_view> name =
        node.kind == Kind::kGlobal ? NumpyFunction(node.module, node.name) : std::nullopt;
    const std::optional<fb::Function> known = name ? FunctionNamed(*name) : std::nullopt;
    if (!known) {
      return context.Unsupported(func, NameOf(node),
                                 "only numpy's functions of each number by itself, such as numpy.log1p, are "
                                 "reproduced; compute the function before predict");
    }
    function = *known;
  }
  std::vector<double> numbers;
  const auto take = [&](std::string_view name, double otherwise) -> absl::Status {
    ASSIGN_OR_RETURN(const double number, arguments_given.Number(name, otherwise));
    numbers.push_back(number);
    return absl::OkStatus();
  };
  if (function == fb::Function::Clip) {
    const auto bound = [&](std::string_view name, std::string_view newer, double otherwise) {
      const std::string_view used = Arguments(arguments_given).Take(newer) != kNoId ? newer : name;
      whole &= !arguments_given.IsFloat(used);
      return take(used, otherwise);
    };
    whole = true;
    RETURN_IF_ERROR(bound("a_min", "min", -kInfinity));
    RETURN_IF_ERROR(bound("a_max", "max", kInfinity));
    if (numbers[0] == -kInfinity && numbers[1] == kInfinity)
      return context.Unsupported(kw_args, "no bounds", "numpy.clip needs a_min or a_max");
    for (const double number : numbers) {
      if (number != number) return context.Unsupported(kw_args, "NaN", "a bound of numpy.clip is a number");
    }
  } else if (function == fb::Function::NanToNum) {
    if (const Id copy = arguments_given.Take("copy"); copy != kNoId) {
      ASSIGN_OR_RETURN(const bool copies, context.Bool(copy, kw_args));
      if (!copies) return context.Unsupported(kw_args, "copy=False", "it changes X itself; give copy=True");
    }
    RETURN_IF_ERROR(take("nan", 0));
    RETURN_IF_ERROR(take("posinf", kInfinity));
    RETURN_IF_ERROR(take("neginf", -kInfinity));
    if (numbers[1] != numbers[1] || numbers[2] != numbers[2])
      return context.Unsupported(kw_args, "NaN", "give a number for infinities");
  } else if (function == fb::Function::Round) {
    RETURN_IF_ERROR(take("decimals", 0));
    if (arguments_given.IsFloat("decimals") || numbers[0] < -300 || numbers[0] > 300)
      return context.Unsupported(kw_args, "decimals", "it is an int of at most 300");
  }
  if (!arguments_given.AllTaken())
    return context.Unsupported(kw_args, "an argument",
                               "only the bounds of numpy.clip, the numbers of "
                               "numpy.nan_to_num and the decimals of numpy.round are reproduced");
  if (!numbers.empty()) arguments = context.arena().Copy(std::span<const double>(numbers));
  return absl::OkStatus();
}

}  // namespace pratique
