package h5

// Proof is GET /v/<number>, for anybody who holds a signed paper. Its frame has
// no Student.
type Proof struct {
	Frame
	Address  string // /v/<number>; a copy is posted there
	Why      string // what does not hold; "" when all does
	Pending  bool   // the paper is not made yet: nothing to compare with
	Rows     []Pair
	Compared bool // a copy was compared…
	Same     bool // …and is the paper, byte by byte
	Error    string
}

// PageName implements Page.
func (Proof) PageName() string { return "proof" }
