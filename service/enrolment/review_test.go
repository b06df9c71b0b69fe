package enrolment

import (
	"context"
	"errors"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

func (m *memory) ReviewAttachment(_ context.Context, _ int64, ref string, approve bool, remark string) (bool, error) {
	for slot, a := range m.files {
		if a.Ref != ref || a.Look != LookPending {
			continue
		}
		if a.Look, a.Remark = LookApproved, remark; !approve {
			a.State, a.Look = Returned, LookNone
		}
		m.files[slot] = a
		return true, nil
	}
	return false, nil
}

func (m *memory) ReturnSection(_ context.Context, _ int64, name, remark string) (bool, error) {
	for key, r := range m.sections {
		if key[len(key)-len(name):] == name && r.State == Submitted {
			r.State, r.Remark = Returned, remark
			m.sections[key] = r
			return true, nil
		}
	}
	return false, nil
}

var errLocked = errors.New("locked")

func locked(context.Context, int64) error { return errLocked }
func open(context.Context, int64) error   { return nil }

// What staff sent back may be replaced though the rest is locked; it then waits
// for staff again.
func TestAReturnedAttachmentAloneIsOpen(t *testing.T) {
	s, _, _ := newAttachments(nil)
	ctx, o, rule, other := t.Context(), owner, portrait, idFront
	rule.Review = true
	up := Upload{Data: asJPEG(quarters(480, 640)), FileName: "a.jpg"}
	first, err := s.Upload(ctx, o, rule, up)
	if err != nil || first.Look != LookPending {
		t.Fatalf("%+v %v", first.Look, err)
	}
	if a, err := s.Upload(ctx, o, other, up); err != nil || a.Look != LookNone {
		t.Fatalf("%+v %v", a.Look, err)
	}
	s.Gate, s.Mend = locked, open
	if _, err := s.Upload(ctx, o, rule, up); !errors.Is(err, errLocked) {
		t.Errorf("before it was returned: %v", err)
	}
	if err := s.Review(ctx, 7, first.Ref, false, "模糊"); err != nil {
		t.Fatal(err)
	}
	if err := s.Review(ctx, 7, first.Ref, true, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("decided twice: %v", err)
	}
	if _, err := s.Upload(ctx, o, other, up); !errors.Is(err, errLocked) {
		t.Errorf("another slot is open too: %v", err)
	}
	if err := s.Remove(ctx, o, "portrait"); !errors.Is(err, errLocked) {
		t.Errorf("it may be removed, and then not replaced: %v", err)
	}
	second, err := s.Upload(ctx, o, rule, up)
	if err != nil || second.State != Uploaded || second.Look != LookPending {
		t.Fatalf("%+v %v", second, err)
	}
	if _, err := s.Upload(ctx, o, rule, up); !errors.Is(err, errLocked) {
		t.Errorf("it stays open: %v", err)
	}
}

func TestAReturnedSectionAloneIsOpen(t *testing.T) {
	store := newMemory()
	s := NewSections(store, nil, time.Now)
	ctx, o := t.Context(), owner
	page := campaign.Section{Name: "basic", Fields: []campaign.Field{{Name: "address", Kind: "text", Required: true, MaxLength: 50}}}
	v := Values{Fields: map[string]string{"address": "南京"}}
	if errs, err := s.Submit(ctx, o, page, v, Info{}); len(errs) > 0 || err != nil {
		t.Fatal(errs, err)
	}
	s.gate = locked
	s.Mending(open)
	if _, err := s.SaveDraft(ctx, o, page, v); !errors.Is(err, errLocked) {
		t.Errorf("before it was returned: %v", err)
	}
	if err := s.Return(ctx, 7, "basic", "地址不全"); err != nil {
		t.Fatal(err)
	}
	if err := s.Return(ctx, 7, "basic", "地址不全"); !fault.Is(err, fault.Conflict) {
		t.Errorf("returned twice: %v", err)
	}
	got, err := s.Load(ctx, o, page, Info{})
	if err != nil || got.State != Returned || got.Remark != "地址不全" || got.Values.Fields["address"] != "南京" {
		t.Errorf("%+v %v", got, err)
	}
	v.Fields["address"] = "南京市鼓楼区"
	if errs, err := s.Submit(ctx, o, page, v, Info{}); len(errs) > 0 || err != nil {
		t.Fatal(errs, err)
	}
	if _, err := s.SaveDraft(ctx, o, page, v); !errors.Is(err, errLocked) {
		t.Errorf("it stays open: %v", err)
	}
}
