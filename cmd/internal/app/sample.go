package app

import (
	"context"
	"fmt"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

// ApplyCampaign stores a campaign file as its next version, unless nothing
// changed; base as mysql.Campaigns.Apply.
func ApplyCampaign(ctx context.Context, db *mysql.DB, body []byte, base int, source string) (*campaign.Campaign, error) {
	c, err := campaign.Parse(body)
	if err != nil {
		return nil, err
	}
	version, err := db.Campaigns().Apply(ctx, c, body, base, source)
	if err != nil {
		return nil, err
	}
	c.Version = version
	all, err := db.Campaigns().All(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range all {
		if x.Code == c.Code {
			c.ID = x.ID
		}
	}
	return c, nil
}

// ApplyFile is ApplyCampaign by the operator's command: the new version and its
// entry in the log stand in one transaction.
func ApplyFile(ctx context.Context, db *mysql.DB, body []byte, base int) (c *campaign.Campaign, err error) {
	err = db.InTx(ctx, func(ctx context.Context) error {
		before, err := db.Campaigns().Versions(ctx)
		if err != nil {
			return err
		}
		if c, err = ApplyCampaign(ctx, db, body, base, "file"); err != nil || c.Version == before[c.Code] {
			return err
		}
		return audit.NewLog(db.Audits(), time.Now).Add(ctx, audit.Entry{Actor: "system", Action: "campaign.edit", Subject: "campaign:" + c.Code,
			Detail: fmt.Sprintf("命令行应用活动文件，为第 %d 版", c.Version)})
	})
	return c, err
}

// Admit stores the rows of an admitted list in one transaction and returns how
// many were new.
func Admit(ctx context.Context, db *mysql.DB, campaignID int64, list []student.Admission) (created int, err error) {
	err = db.InTx(ctx, func(ctx context.Context) error {
		created = 0
		for i, row := range list {
			ok, err := db.Students().Admit(ctx, campaignID, row)
			if err != nil {
				return fmt.Errorf("row %d: %w", i+1, err)
			}
			if ok {
				created++
			}
		}
		return nil
	})
	return created, err
}

// SampleStudents are n invented admitted students with well-formed ID numbers
// (n < 1000), a rare character and a transliterated name among them. The third
// has an imported student number, the fourth an imported fee.
func SampleStudents(n int) []student.Admission {
	names := []string{"李晓雯", "陈立川", "欧阳静怡", "王𬭩", "买买提·吐尔逊", "林小雨", "赵敏", "钱伟", "孙丽", "周强",
		"吴芳", "郑凯", "冯雪", "褚亮", "卫东", "蒋琳", "沈浩", "韩梅", "杨帆", "朱珠"}
	levels := []string{"专升本", "高起专", "专升本", "本科"}
	majors := []string{"水利水电工程", "土木工程", "会计学", "工商管理"}
	sites := [][2]string{{"100", "南京校本部教学点"}, {"101", "北京教学点"}, {"102", "苏州教学点"}}
	out := make([]student.Admission, 0, n)
	for i := range n {
		level := levels[i%len(levels)]
		a := student.Admission{IDType: student.IDCard, IDNumber: sampleID(i), Name: names[i%len(names)],
			ExamNumber: fmt.Sprintf("2632%010d", i+1), Gender: []string{"女", "男"}[i%2], Nation: "汉族",
			SiteCode: sites[i%3][0], Site: sites[i%3][1], Grade: "2026级", Level: level, Major: majors[i%4],
			StudyForm: "函授", Years: "2.5", Phone: fmt.Sprintf("138000%05d", i+1)}
		switch i {
		case 2:
			a.Number = "26100CS90003"
		case 3:
			fee := int64(150000)
			a.FeeFen = &fee
		}
		out = append(out, a)
	}
	return out
}

// SampleCandidates are n invented students of a campaign with login by password
// (n < 1000), none of them in SampleStudents. The second one's data still wait
// for approval.
func SampleCandidates(n int) []student.Admission {
	names := []string{"胡云帆", "刘晓静", "陈立川", "王𬭩", "古丽·艾合买提", "黄海", "徐婷", "高翔", "马超", "罗敏"}
	majors := []string{"临床医学", "公共管理", "材料工程", "护理学"}
	out := make([]student.Admission, 0, n)
	for i := range n {
		a := student.Admission{IDType: student.IDCard, IDNumber: sampleID(1000 - n + i), Name: names[i%len(names)],
			ExamNumber: fmt.Sprintf("2642%010d", i+1), Gender: []string{"女", "男"}[i%2], Nation: "汉族", Grade: "2026级",
			Level: "硕士", Major: majors[i%len(majors)], StudyForm: "同等学力", Phone: fmt.Sprintf("139711%05d", i+1)}
		if i == 1 {
			a.Approval = student.ApprovalPending
		}
		out = append(out, a)
	}
	return out
}

func sampleID(i int) string {
	body := fmt.Sprintf("1101011990%02d%02d%03d", i%12+1, i/12%28+1, i)
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for j, w := range weights {
		sum += int(body[j]-'0') * w
	}
	return body + string("10X98765432"[sum%11])
}
