// Photos being imported.
import '../../lib/console.js';
import { follow } from '../../lib/job.js';

follow((at) => '已处理 ' + at.done + ' 个文件，共 ' + at.total + ' 个');
