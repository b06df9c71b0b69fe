package export

import (
	"context"
	"fmt"
	"io"
	"slices"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/roster"
	"ruxue/service/staff"
)

// personal reports whether a file of the kind names full numbers by its nature.
func (r Request) personal() bool { return r.Full || r.Kind == Forms || r.Kind == Photos }

// Order asks for a file. What holds full numbers needs the permission to unmask
// and a reason; every order is logged.
func (s *Service) Order(ctx context.Context, by staff.Actor, c *campaign.Campaign, r Request, reason string) (Job, error) {
	r.Scope = by.Scope()
	if err := s.check(by, c, &r); err != nil {
		return Job{}, err
	}
	detail := "导出" + Label(r.Kind) + "（" + c.Code + "）"
	if r.personal() {
		reason, err := roster.CheckReason(reason)
		if err != nil {
			return Job{}, err
		}
		detail += "，含完整号码；原因：" + reason
	}
	now := s.Now()
	j := Job{Ref: reference.New(), StaffID: by.ID, CampaignID: c.ID, Request: r, State: Queued, CreatedAt: now, ExpiresAt: now.Add(Life)}
	j.FileName = fileName(c, r, now.In(campaign.Shanghai).Format("20060102-1504"))
	err := s.Store.InTx(ctx, func(ctx context.Context) error {
		n, err := s.Store.Unfinished(ctx, by.ID)
		if err != nil {
			return err
		}
		if n >= maxOpen {
			return fault.Newf(fault.TooMany, "您有 %d 个文件正在生成，请等它们完成后再导出", n)
		}
		if err := s.Store.Insert(ctx, j); err != nil {
			return fmt.Errorf("ordering a file: %w", err)
		}
		return s.Audit.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: "export.order", Subject: "export:" + j.Ref, Detail: detail})
	})
	if err != nil {
		return Job{}, err
	}
	s.wake.Ring()
	return j, nil
}

func (s *Service) check(by staff.Actor, c *campaign.Campaign, r *Request) error {
	if !by.May(staff.Export) {
		return fault.New(fault.Forbidden, "您的账号没有导出的权限")
	}
	switch r.Kind {
	case Students, Payments:
		if r.Format != XLSX && r.Format != CSV {
			return fault.New(fault.Invalid, "请选择文件格式").On("format")
		}
	case Forms, Photos, Papers:
		r.Format, r.Columns = "", nil
	default:
		return fault.New(fault.Invalid, "请选择要导出的内容").On("kind")
	}
	if !May(by, r.Kind) {
		return fault.New(fault.Forbidden, "您的账号不能导出"+Label(r.Kind))
	}
	if r.Kind == Students {
		known := Columns(c)
		r.Columns = slices.DeleteFunc(r.Columns, func(key string) bool {
			return !slices.ContainsFunc(known, func(col Column) bool { return col.Key == key })
		})
		if len(r.Columns) == 0 {
			return fault.New(fault.Invalid, "请至少选择一列").On("columns")
		}
	} else {
		r.Columns = nil
	}
	if r.personal() && !by.May(staff.Unmask) {
		return fault.New(fault.Forbidden, "这份文件含完整号码，您的账号没有查看完整号码的权限")
	}
	return nil
}

// May reports whether the person may take files of the kind, numbers masked:
// payments go with reading them, all else with the students.
func May(by staff.Actor, k Kind) bool {
	if k == Payments {
		return by.May(staff.Export) && by.May(staff.PaymentsRead)
	}
	return by.May(staff.Export) && by.May(staff.ExportStudents)
}

// Label is what a kind is called on pages.
func Label(k Kind) string {
	switch k {
	case Students:
		return "学生名单"
	case Forms:
		return "新生入学登记表"
	case Photos:
		return "证件照"
	case Papers:
		return "签署文件"
	case Payments:
		return "缴费记录"
	}
	return ""
}

func fileName(c *campaign.Campaign, r Request, at string) string {
	ext := r.Format
	if ext == "" {
		ext = "zip"
	}
	return c.Code + "-" + Label(r.Kind) + "-" + at + "." + ext
}

// Of lists the maker's newest files.
func (s *Service) Of(ctx context.Context, by staff.Actor) ([]Job, error) {
	return s.Store.Of(ctx, by.ID, 30)
}

// Job returns the maker's job.
func (s *Service) Job(ctx context.Context, by staff.Actor, ref string) (Job, error) {
	return s.Store.ByRef(ctx, by.ID, ref)
}

// may reports whether the maker could ask for the same file now: her role or
// her sites may have changed since.
func may(by staff.Actor, r Request) bool {
	now := by.Scope()
	return May(by, r.Kind) && (!r.personal() || by.May(staff.Unmask)) &&
		(now.All || !r.Scope.All && !slices.ContainsFunc(r.Scope.Sites, func(site string) bool { return !now.Covers(site) }))
}

// Take returns the maker's finished job, and notes that its file was taken.
func (s *Service) Take(ctx context.Context, by staff.Actor, ref string) (Job, error) {
	j, err := s.Store.ByRef(ctx, by.ID, ref)
	if err != nil {
		return j, err
	}
	if j.State == Purged || (j.State == Done && !s.Now().Before(j.ExpiresAt)) {
		return j, fault.New(fault.Gone, "文件已过 24 小时并删除，请重新导出")
	}
	if j.State != Done {
		return j, fault.New(fault.Conflict, "文件还没有生成完")
	}
	if !may(by, j.Request) {
		return j, fault.New(fault.Forbidden, "您的权限已变化，不能再下载这份文件，需要时请重新导出")
	}
	return j, s.Audit.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: "export.download", Subject: "export:" + j.Ref,
		Detail: "下载" + Label(j.Request.Kind)})
}

// WriteTo writes the file of a job that Take returned, part by part.
func (s *Service) WriteTo(ctx context.Context, j Job, w io.Writer) error {
	for n := 1; n <= j.Parts; n++ {
		part, err := s.Files.Get(ctx, partKey(j, n), partAD(j, n))
		if err != nil {
			return fmt.Errorf("reading a part of an export: %w", err)
		}
		if _, err := w.Write(part); err != nil {
			return fmt.Errorf("sending an export: %w", err)
		}
	}
	return nil
}
