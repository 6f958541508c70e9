package records

import (
	"bytes"
	"strconv"
)

// longestExponent is up to how many digits an exponent is reckoned with.
const longestExponent = 15

// appendCanonicalNumber appends a valid JSON number so that equal numbers have
// equal bytes: its digits without leading and trailing zeros, and the power of
// ten that they are multiplied by. No digit is lost, whatever the size; -0 is
// 0. Numbers with an exponent beyond all measure stay as they are written.
func appendCanonicalNumber(out, text []byte) []byte {
	if plainInteger(text) {
		return append(out, text...)
	}
	mantissa, exponent := text, 0
	if at := bytes.IndexAny(text, "eE"); at >= 0 {
		mantissa = text[:at]
		digits := bytes.TrimLeft(text[at+1:], "+-0")
		if len(digits) > longestExponent {
			if isZero(mantissa) {
				return append(out, '0')
			}
			return append(out, text...)
		}
		// The digits were checked, and the sign is one.
		exponent, _ = strconv.Atoi(string(text[at+1:]))
	}
	negative := mantissa[0] == '-'
	whole, fraction, _ := bytes.Cut(bytes.TrimPrefix(mantissa, []byte("-")), []byte("."))
	digits := append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	exponent -= len(fraction)
	if digits = bytes.TrimLeft(digits, "0"); len(digits) == 0 {
		return append(out, '0')
	}
	kept := bytes.TrimRight(digits, "0")
	exponent += len(digits) - len(kept)
	if negative {
		out = append(out, '-')
	}
	out = append(out, kept...)
	if exponent != 0 {
		out = strconv.AppendInt(append(out, 'e'), int64(exponent), 10)
	}
	return out
}

// plainInteger reports whether text is canonical already, as most numbers are.
func plainInteger(text []byte) bool {
	digits := bytes.TrimPrefix(text, []byte("-"))
	for _, c := range digits {
		if c < '0' || c > '9' {
			return false
		}
	}
	return digits[len(digits)-1] != '0' || len(text) == 1
}

func isZero(mantissa []byte) bool {
	return len(bytes.Trim(mantissa, "-0.")) == 0
}
